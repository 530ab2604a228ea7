// A file without a name is there as long as it is open.
#include "raw.h"
int main(void) {
    __wasi_filestat_t stat;
    file("file", "abc"), open_as("file", "rw"), RAW(path_unlink_file(3, "file")), RAW(fd_filestat_get(fd, &stat)), SHOW(stat.nlink), SHOW(stat.size);
    put(fd, "hello"), RAW(fd_filestat_set_size(fd, 4)), get(fd);
    __wasi_filesize_t place;
    RAW(fd_seek(fd, 0, 0, &place)), get(fd);
    __wasi_fd_t old = fd;
    file("file", "new"), opened("file", "r"), RAW(fd_close(old)), look("file", 0);
    return 0;
}
