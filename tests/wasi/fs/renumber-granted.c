// The number of a granted directory can stand for something else, and back.
#include "raw.h"
int main(void) {
    __wasi_prestat_t prestat;
    folder("dir"), file("dir/in", "ab"), open_as("dir", "d");
    __wasi_fd_t dir = fd, file;
    RAW(path_open(3, 0, ".", 2, 0, 0, 0, &file)), RAW(fd_renumber(dir, 3)), opened("in", "r"), opened("dir", "r"), RAW(fd_renumber(file, 3)), opened("dir", "r"), RAW(fd_prestat_get(dir, &prestat));
    RAW(fd_close(3)), opened("dir", "r");
    return 0;
}
