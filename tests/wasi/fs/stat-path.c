// Status by path, of links themselves or of what they lead to.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("file", "link"), link_to("dir", "dirlink"), link_to("gone", "dangling"), link_to("self", "self");
    static const char *const paths[] = {"file", "dir", "link", "dirlink", "dangling", "self", "file/", "dir/", "link/", "dirlink/", "dangling/", "self/", ".", "..", "./", "dir/..", "dir/../..",
                                        "file/.", "dirlink/.", "gone", "", "/", "dirlink/../file", "file/../file"};
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) look(paths[i], 0), look(paths[i], 1);
    return 0;
}
