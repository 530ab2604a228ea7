// Directories are not removed by the names of dots.
#include "raw.h"
int main(void) {
    folder("a"), folder("a/b");
    RAW(path_remove_directory(3, "a/b/.")), RAW(path_remove_directory(3, ".")), RAW(path_remove_directory(3, ""));
    RAW(path_remove_directory(3, "..")), RAW(path_remove_directory(3, "/")), RAW(path_remove_directory(3, "a/b/../b"));
    look("a", 0), look("a/b", 0);
    return 0;
}
