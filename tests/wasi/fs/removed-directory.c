// In a directory that is removed nothing can be made or found.
#include "raw.h"
int main(void) {
    __wasi_filestat_t stat;
    __wasi_fd_t dir, other;
    __wasi_size_t used;
    folder("dir"), open_as("dir", "d"), dir = fd, RAW(path_remove_directory(3, "dir"));
    RAW(path_open(dir, 0, "x", 1, 66, 0, 0, &other)), RAW(path_create_directory(dir, "x")), RAW(path_filestat_get(dir, 0, "x", &stat)), RAW(fd_filestat_get(dir, &stat)), SHOW(stat.nlink), SHOW(stat.filetype);
    RAW(path_open(dir, 0, ".", 2, 0, 0, 0, &other)), RAW(path_symlink("x", dir, "x")), RAW(path_open(dir, 0, "..", 2, 0, 0, 0, &other));
    return 0;
}
