// A file has as many names as it is given.
#include "raw.h"
int main(void) {
    file("a", "abc"), folder("dir"), link_to("gone", "dangling");
    RAW(path_link(3, 0, "a", 3, "b")), look("a", 0), RAW(path_link(3, 0, "a", 3, "dir/c")), look("b", 0), RAW(path_link(3, 0, "a", 3, "b")), RAW(path_link(3, 0, "a", 3, "a"));
    RAW(path_link(3, 0, "a", 3, "dir")), RAW(path_link(3, 0, "dir", 3, "x")), RAW(path_link(3, 0, "gone", 3, "x")), RAW(path_link(3, 0, "a", 3, "dangling"));
    RAW(path_link(3, 0, "a", 3, "gone/x")), RAW(path_link(3, 0, "a/x", 3, "x")), RAW(path_link(3, 0, "a", 3, "a/x"));
    RAW(path_unlink_file(3, "a")), look("b", 0), opened("dir/c", "tw"), look("b", 0);
    return 0;
}
