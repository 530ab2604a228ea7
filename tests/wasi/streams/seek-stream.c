// Streams have no position.
#include "raw.h"
int main(void) {
    __wasi_filesize_t place = 77;
    RAW(fd_seek(0, 0, 0, &place)), RAW(fd_seek(0, 0, 1, &place)), RAW(fd_seek(1, 1, 2, &place)), RAW(fd_tell(0, &place)), RAW(fd_tell(1, &place)), SHOW(place);
    return 0;
}
