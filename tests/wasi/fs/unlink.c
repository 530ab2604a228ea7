// Files and links are removed, directories are not.
#include "raw.h"
int main(void) {
    file("a", "abc"), file("b", "abc"), folder("dir"), link_to("b", "link"), link_to("dir", "dirlink"), link_to("gone", "dangling"), link_to("self", "self");
    RAW(path_unlink_file(3, "a")), RAW(path_unlink_file(3, "a")), RAW(path_unlink_file(3, "dir")), RAW(path_unlink_file(3, "dir/"));
    RAW(path_unlink_file(3, "link")), look("b", 0), RAW(path_unlink_file(3, "dangling")), RAW(path_unlink_file(3, "self"));
    RAW(path_unlink_file(3, "dirlink")), look("dir", 0), RAW(path_unlink_file(3, "b/")), RAW(path_unlink_file(3, "b/x")), RAW(path_unlink_file(3, "gone/x"));
    RAW(path_unlink_file(3, "dir/../b")), look("b", 0);
    return 0;
}
