// Positions: from the beginning, from here, from the end, but never before the beginning.
#include "raw.h"
int main(void) {
    __wasi_filesize_t place = 77;
    file("file", "0123456789"), open_as("file", "rw");
    RAW(fd_seek(fd, 4, 0, &place)), SHOW(place), RAW(fd_seek(fd, 2, 1, &place)), SHOW(place), RAW(fd_seek(fd, -1, 2, &place)), SHOW(place), get(fd);
    RAW(fd_seek(fd, -1, 0, &place)), SHOW(place), RAW(fd_seek(fd, -11, 2, &place)), RAW(fd_seek(fd, -11, 1, &place)), at(fd), RAW(fd_seek(fd, 5, 2, &place)), SHOW(place), get(fd);
    put(fd, "x"), look("file", 0), RAW(fd_seek(fd, 8, 0, &place)), get(fd), RAW(fd_seek(fd, 1ll << 40, 0, &place)), SHOW(place);
    RAW(fd_seek(3, 0, 0, &place)), RAW(fd_seek(99, 0, 0, &place)), RAW(fd_tell(3, &place)), RAW(fd_tell(99, &place));
    return 0;
}
