// A place beyond the greatest file is refused.
#include "raw.h"
int main(void) {
    uint8_t text[8] = {0};
    __wasi_iovec_t into = {text, 8};
    __wasi_ciovec_t vector = {(const uint8_t *)"x", 1};
    __wasi_size_t done = 9;
    file("file", "abc"), open_as("file", "rw");
    RAW(fd_pread(fd, &into, 1, 1ull << 63, &done)), RAW(fd_pread(fd, &into, 1, ~0ull, &done)), RAW(fd_pwrite(fd, &vector, 1, 1ull << 63, &done)), RAW(fd_pwrite(fd, &vector, 1, ~0ull, &done)), SHOW(done), look("file", 0);
    return 0;
}
