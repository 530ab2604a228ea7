// Names move and multiply between granted directories.
#include "raw.h"
int main(void) {
    file("a", "abc"), folder("dir");
    RAW(path_rename(3, "a", 4, "b")), look("a", 0), RAW(path_link(4, 0, "b", 3, "c")), look("c", 0), RAW(path_rename(3, "dir", 4, "moved")), RAW(path_rename(4, "moved", 3, "dir")), look("dir", 0);
    RAW(path_open(3, 0, "../other/b", 0, 2, 0, 0, &fd)), RAW(path_open(4, 0, "b", 0, 2, 0, 0, &fd)), get(fd), RAW(path_symlink("../other/b", 3, "out")), opened("out", "fr");
    return 0;
}
