// No file is linked by a name with a slash, by dots, or outside.
#include "raw.h"
int main(void) {
    file("a", "abc"), folder("dir"), file("b", "x"), link_to("a", "link");
    RAW(path_link(3, 0, "a", 3, "x/")), RAW(path_link(3, 0, "a/", 3, "x")), RAW(path_link(3, 0, "a", 3, "b/")), RAW(path_link(3, 0, "a", 3, "dir/"));
    RAW(path_link(3, 0, "a", 3, ".")), RAW(path_link(3, 0, ".", 3, "x")), RAW(path_link(3, 0, "dir/", 3, "x")), RAW(path_link(3, 0, "link/", 3, "x")), RAW(path_link(3, 0, "", 3, "x"));
    RAW(path_link(3, 0, "a", 3, "")), RAW(path_link(3, 0, "../a", 3, "x")), RAW(path_link(3, 0, "a", 3, "../x")), RAW(path_link(3, 0, "/a", 3, "x")), RAW(path_link(3, 0, "dir/../a", 3, "x"));
    look("x", 0);
    return 0;
}
