// What a link leads to gets a name; from nowhere there is none.
#include "raw.h"
int main(void) {
    file("a", "abc"), folder("dir"), link_to("../a", "dir/link"), link_to("gone", "dangling"), link_to("self", "self"), link_to("dir", "dirlink");
    RAW(path_link(3, 1, "dir/link", 3, "x")), look("x", 0), RAW(path_link(3, 1, "a", 3, "y")), look("y", 0), RAW(path_link(3, 1, "dangling", 3, "z"));
    RAW(path_link(3, 1, "self", 3, "z")), RAW(path_link(3, 1, "dirlink", 3, "z")), RAW(path_link(3, 1, "gone", 3, "z"));
    return 0;
}
