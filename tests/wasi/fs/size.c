// Files are cut and extended; the position stays.
#include "raw.h"
int main(void) {
    __wasi_filesize_t place;
    file("file", "abcdef"), open_as("file", "rw"), get(fd), RAW(fd_filestat_set_size(fd, 3)), at(fd), look("file", 0), put(fd, "x"), look("file", 0);
    RAW(fd_seek(fd, 0, 0, &place)), get(fd), RAW(fd_filestat_set_size(fd, 0)), look("file", 0), RAW(fd_filestat_set_size(fd, 5)), RAW(fd_seek(fd, 0, 0, &place)), get(fd);
    RAW(fd_filestat_set_size(fd, 1ull << 63)), RAW(fd_filestat_set_size(fd, ~0ull)), RAW(fd_filestat_set_size(3, 0)), RAW(fd_filestat_set_size(99, 0)), look("file", 0);
    open_as("file", "r"), RAW(fd_filestat_set_size(fd, 1)), open_as("file", "w"), RAW(fd_filestat_set_size(fd, 1)), look("file", 0);
    return 0;
}
