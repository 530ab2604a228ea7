// Streams are not read or written at a place.
#include "raw.h"
int main(void) {
    uint8_t text[8] = {0};
    __wasi_iovec_t into = {text, 8};
    __wasi_ciovec_t vector = {(const uint8_t *)"x", 1};
    __wasi_size_t done = 9;
    RAW(fd_pread(0, &into, 1, 0, &done)), RAW(fd_pwrite(1, &vector, 1, 0, &done)), SHOW(done);
    return 0;
}
