// A directory is neither read, written, moved in, cut nor synchronised.
#include "raw.h"
int main(void) {
    __wasi_size_t done;
    uint8_t text[8] = {0};
    __wasi_iovec_t into = {text, 8};
    __wasi_ciovec_t vector = {text, 1};
    __wasi_filesize_t place;
    folder("dir"), open_as("dir", "");
    RAW(fd_read(fd, &into, 1, &done)), RAW(fd_write(fd, &vector, 1, &done)), RAW(fd_read(fd, &into, 0, &done)), RAW(fd_write(fd, &vector, 0, &done)), RAW(fd_seek(fd, 0, 1, &place)), RAW(fd_tell(fd, &place));
    RAW(fd_filestat_set_size(fd, 0)), RAW(fd_fdstat_set_flags(fd, 4)), RAW(fd_fdstat_set_flags(fd, 0)), RAW(fd_sync(fd)), RAW(fd_datasync(fd)), RAW(fd_sync(3)), RAW(fd_advise(fd, 0, 0, 0));
    return 0;
}
