// Reading and writing at a place that no file has.
#include "raw.h"
int main(void) {
    uint8_t text[8] = {0};
    __wasi_iovec_t into = {text, 8};
    __wasi_ciovec_t vector = {(const uint8_t *)"x", 1};
    __wasi_size_t done = 9;
    file("file", "abc"), open_as("file", "rw");
    RAW(fd_pread(fd, &into, 1, 3, &done)), SHOW(done), RAW(fd_pread(fd, &into, 1, 1, &done)), SHOW(done), RAW(fd_pread(fd, &into, 1, 1ull << 40, &done)), SHOW(done);
    RAW(fd_pread(3, &into, 1, 0, &done)), RAW(fd_pwrite(3, &vector, 1, 0, &done)), RAW(fd_pread(99, &into, 1, 0, &done)), RAW(fd_pwrite(99, &vector, 1, 0, &done)), at(fd);
    open_as("file", "r"), RAW(fd_pwrite(fd, &vector, 1, 0, &done)), open_as("file", "w"), RAW(fd_pread(fd, &into, 1, 0, &done)), look("file", 0);
    return 0;
}
