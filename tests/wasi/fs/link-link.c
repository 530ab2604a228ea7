// A link has names too.
#include "raw.h"
int main(void) {
    file("a", "abc"), link_to("a", "link"), link_to("gone", "dangling"), link_to("self", "self");
    RAW(path_link(3, 0, "link", 3, "x")), look("x", 0), RAW(path_link(3, 0, "dangling", 3, "y")), look("y", 0), RAW(path_link(3, 0, "self", 3, "z")), look("z", 0), look("a", 0);
    return 0;
}
