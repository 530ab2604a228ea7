// No position is beyond what a number holds.
#include "raw.h"
int main(void) {
    __wasi_filesize_t place = 77;
    file("file", "0123456789"), open_as("file", "rw");
    RAW(fd_seek(fd, INT64_MIN, 0, &place)), RAW(fd_seek(fd, INT64_MIN, 1, &place)), RAW(fd_seek(fd, INT64_MAX, 1, &place)) , RAW(fd_seek(fd, 5, 0, &place)), RAW(fd_seek(fd, INT64_MAX, 1, &place)), RAW(fd_seek(fd, INT64_MAX, 2, &place)), at(fd);
    return 0;
}
