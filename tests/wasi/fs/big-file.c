// Positions beyond 4 GiB.
#include "raw.h"
int main(void) {
    __wasi_ciovec_t vector = {(const uint8_t *)"end", 3};
    uint8_t text[8] = {0};
    __wasi_iovec_t into = {text, 8};
    __wasi_size_t done;
    __wasi_filesize_t place;
    open_as("file", "crw"), RAW(fd_pwrite(fd, &vector, 1, 5ull << 30, &done)), look("file", 0), RAW(fd_pread(fd, &into, 1, 5ull << 30, &done)), SHOW(done), puts((char *)text), at(fd);
    RAW(fd_seek(fd, -3, 2, &place)), SHOW(place), get(fd), at(fd), RAW(fd_pread(fd, &into, 1, 6ull << 30, &done)), SHOW(done), RAW(fd_filestat_set_size(fd, (4ull << 30) + 1)), look("file", 0);
    RAW(fd_filestat_set_size(fd, 0));
    return 0;
}
