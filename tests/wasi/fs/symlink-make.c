// Links are made to what is relative, there or not.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("gone", "dangling");
    RAW(path_symlink("file", 3, "a")), RAW(path_symlink("file", 3, "a")), RAW(path_symlink("file", 3, "dir")), RAW(path_symlink("file", 3, "dangling"));
    RAW(path_symlink("nothing/at/all", 3, "b")), RAW(path_symlink("", 3, "c")), RAW(path_symlink("/", 3, "c")), RAW(path_symlink("/etc/passwd", 3, "c"));
    RAW(path_symlink("..", 3, "d")), RAW(path_symlink("../../x", 3, "dir/e")), RAW(path_symlink("dir/", 3, "f")), RAW(path_symlink(".", 3, "g"));
    RAW(path_symlink("x", 3, "gone/x")), RAW(path_symlink("x", 3, "file/x")), look("a", 0), look("b", 0), look("f", 0), look("d", 1), look("f", 1), look("g", 1);
    return 0;
}
