// Written at a place, but opened for appending: it goes to the end, as on Linux.
#include "raw.h"
int main(void) {
    __wasi_ciovec_t vector = {(const uint8_t *)"xy", 2};
    __wasi_size_t done;
    file("file", "abc"), open_as("file", "rwa"), RAW(fd_pwrite(fd, &vector, 1, 0, &done)), SHOW(done), at(fd), get(fd), RAW(fd_pwrite(fd, &vector, 1, 100, &done)), look("file", 0);
    return 0;
}
