// No directory is made under the name of a dot, of nothing, or outside.
#include "raw.h"
int main(void) {
    folder("dir");
    RAW(path_create_directory(3, "")), RAW(path_create_directory(3, ".")), RAW(path_create_directory(3, "./")), RAW(path_create_directory(3, "dir/."));
    RAW(path_create_directory(3, "dir/..")), RAW(path_create_directory(3, "dir/../")), RAW(path_create_directory(3, "new/."));
    RAW(path_create_directory(3, "..")), RAW(path_create_directory(3, "../new")), RAW(path_create_directory(3, "/new")), RAW(path_create_directory(3, "/"));
    return 0;
}
