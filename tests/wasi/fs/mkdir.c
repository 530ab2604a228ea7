// Directories are made where nothing is.
#include "raw.h"
int main(void) {
    file("file", "abc"), link_to("file", "link"), link_to("gone", "dangling");
    RAW(path_create_directory(3, "dir")), RAW(path_create_directory(3, "dir")), RAW(path_create_directory(3, "file"));
    RAW(path_create_directory(3, "file/")), RAW(path_create_directory(3, "link")), RAW(path_create_directory(3, "dangling"));
    RAW(path_create_directory(3, "slash/")), RAW(path_create_directory(3, "slashes///")), RAW(path_create_directory(3, "gone/dir"));
    RAW(path_create_directory(3, "file/dir")), RAW(path_create_directory(3, "dir/sub")), RAW(path_create_directory(3, "dir/../next"));
    RAW(path_create_directory(3, "dir//./other")), look("slash", 0), look("slashes", 0), look("dir/other", 0), look("gone", 0);
    return 0;
}
