// One file has one device and inode, by whatever name.
#include "raw.h"
int main(void) {
    __wasi_filestat_t a, b, c, d, e;
    file("a", "abc"), folder("dir"), RAW(path_link(3, 0, "a", 3, "dir/b")), link_to("dir/b", "link");
    RAW(path_filestat_get(3, 0, "a", &a)), RAW(path_filestat_get(3, 0, "dir/b", &b)), RAW(path_filestat_get(3, 1, "link", &c)), RAW(path_filestat_get(3, 0, "link", &d));
    open_as("a", "r"), RAW(fd_filestat_get(fd, &e));
    SHOW(a.ino == b.ino && b.ino == c.ino && c.ino == e.ino), SHOW(a.ino == d.ino), SHOW(a.dev == b.dev && c.dev == d.dev && d.dev == e.dev);
    RAW(path_filestat_get(3, 0, ".", &a)), RAW(fd_filestat_get(3, &b)), RAW(path_filestat_get(3, 0, "dir/..", &c)), SHOW(a.ino == b.ino && b.ino == c.ino);
    return 0;
}
