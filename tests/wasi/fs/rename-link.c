// Links are renamed themselves, and replaced themselves.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("file", "link"), link_to("gone", "dangling"), link_to("dir", "dirlink");
    RAW(path_rename(3, "link", 3, "moved")), look("moved", 0), look("file", 0), RAW(path_rename(3, "dangling", 3, "moved")), look("moved", 0), look("file", 0);
    RAW(path_rename(3, "dirlink", 3, "dir")), RAW(path_rename(3, "dir", 3, "dirlink")), RAW(path_rename(3, "file", 3, "dirlink")), look("dirlink", 0), look("dir", 0);
    return 0;
}
