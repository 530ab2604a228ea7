// Empty directories are removed, and nothing else.
#include "raw.h"
int main(void) {
    folder("a"), folder("b"), folder("c"), folder("full"), folder("full/sub"), file("file", "abc"), link_to("c", "link"), link_to("gone", "dangling");
    RAW(path_remove_directory(3, "a")), RAW(path_remove_directory(3, "a")), RAW(path_remove_directory(3, "full")), RAW(path_remove_directory(3, "file"));
    RAW(path_remove_directory(3, "link")), RAW(path_remove_directory(3, "dangling")), RAW(path_remove_directory(3, "file/"));
    RAW(path_remove_directory(3, "full/sub")), RAW(path_remove_directory(3, "full")), RAW(path_remove_directory(3, "gone/x")), RAW(path_remove_directory(3, "file/x"));
    look("c", 0), look("link", 0);
    return 0;
}
