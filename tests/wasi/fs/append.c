// What is opened for appending is written at the end.
#include "raw.h"
int main(void) {
    __wasi_filesize_t place;
    __wasi_fd_t other;
    file("file", "abc"), open_as("file", "rwa"), at(fd), put(fd, "d"), at(fd), RAW(fd_seek(fd, 0, 0, &place)), put(fd, "e"), at(fd), other = fd;
    open_as("file", "w"), put(fd, "X"), put(other, "f"), RAW(fd_seek(other, 1, 0, &place)), get(other), RAW(fd_fdstat_set_flags(other, 0)), RAW(fd_seek(other, 1, 0, &place)), put(other, "Y");
    RAW(fd_fdstat_set_flags(fd, 1)), put(fd, "g"), RAW(fd_seek(other, 0, 0, &place)), get(other);
    return 0;
}
