// Standard streams are closed like anything else.
#include "raw.h"
int main(void) {
    uint8_t byte;
    __wasi_iovec_t into = {&byte, 1};
    __wasi_size_t done;
    __wasi_fdstat_t stat;
    RAW(fd_close(0)), RAW(fd_close(0)), RAW(fd_read(0, &into, 1, &done)), RAW(fd_fdstat_get(0, &stat)), RAW(fd_close(2)), RAW(fd_fdstat_get(2, &stat));
    file("file", "abc"), open_as("file", "r"), get(fd);
    return 0;
}
