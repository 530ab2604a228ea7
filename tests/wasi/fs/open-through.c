// What is on the way must be a directory, or lead to one.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), file("dir/in", "ab"), link_to("file", "link"), link_to("dir", "dirlink"), link_to("gone", "dangling");
    link_to("self", "self");
    opened("file/x", "r"), opened("file/x", "cw"), opened("link/x", "fr"), opened("gone/x", "r"), opened("gone/x", "cw"), opened("dangling/x", "r");
    opened("self/x", "r"), opened("dirlink/in", "r"), opened("dirlink/new", "cw"), opened("dirlink/../file", "r"), opened("file/../file", "r");
    opened("dir/in/..", "r"), look("dir/new", 0);
    return 0;
}
