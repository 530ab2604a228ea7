// A file takes the place of standard output.
#include "raw.h"
int main(void) {
    open_as("file", "crw");
    __wasi_fd_t out = fd;
    __wasi_ciovec_t vector = {(const uint8_t *)"to the file", 11};
    __wasi_size_t done;
    __wasi_filesize_t place;
    int error = __wasi_fd_renumber(out, 1), wrote = __wasi_fd_write(1, &vector, 1, &done), sought = __wasi_fd_seek(1, 3, 0, &place);
    uint8_t text[16] = {0};
    __wasi_iovec_t into = {text, 15};
    int got = __wasi_fd_read(1, &into, 1, &done);
    __wasi_ciovec_t line = {text, done};
    __wasi_fd_write(2, &line, 1, &done);
    if (error || wrote || sought || got || done != 8) return 1;
    return 0;
}
