// Room is reserved: a file grows, and never shrinks.
#include "raw.h"
int main(void) {
    __wasi_filestat_t stat;
    RAW(path_open(3, 0, "file", 1, 2 | 64 | 256, 0, 0, &fd)), RAW(fd_allocate(fd, 0, 100)), __wasi_fd_filestat_get(fd, &stat), SHOW(stat.size);
    RAW(fd_allocate(fd, 10, 10)), __wasi_fd_filestat_get(fd, &stat), SHOW(stat.size), RAW(fd_allocate(fd, 90, 20)), __wasi_fd_filestat_get(fd, &stat), SHOW(stat.size);
    RAW(fd_allocate(fd, 0, 0)), RAW(fd_allocate(fd, 1ull << 63, 1)), RAW(fd_allocate(fd, 1, ~0ull)), __wasi_fd_filestat_get(fd, &stat), SHOW(stat.size), at(fd);
    RAW(path_open(3, 0, "file", 0, 2 | 256, 0, 0, &fd)), RAW(fd_allocate(fd, 0, 200)), RAW(fd_allocate(0, 0, 1)), RAW(fd_allocate(1, 0, 1)), RAW(fd_allocate(3, 0, 1)), RAW(fd_allocate(99, 0, 1));
    return 0;
}
