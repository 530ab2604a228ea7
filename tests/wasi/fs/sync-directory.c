// A directory is synchronised by who asked for the right when opening.
#include "raw.h"
int main(void) {
    folder("dir"), RAW(path_open(3, 0, "dir", 2, 16 | 1, 0, 0, &fd)), RAW(fd_sync(fd)), RAW(fd_datasync(fd)), RAW(path_open(3, 0, "dir", 2, 0, 0, 0, &fd)), RAW(fd_sync(fd)), RAW(fd_sync(3));
    return 0;
}
