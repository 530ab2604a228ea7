// Room, advice and synchronisation.
#include "show.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    struct stat stat;
    int fd = open("f", O_CREAT | O_RDWR, 0644);
    SHOW(posix_fallocate(fd, 0, 5000)), fstat(fd, &stat), SHOW(stat.st_size);
    SHOW(posix_fadvise(fd, 0, 100, POSIX_FADV_SEQUENTIAL)), SHOW(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
    SHOW(fsync(fd)), SHOW(fdatasync(fd));
    RAW(fd_allocate(fd, 0, 0)), RAW(fd_allocate(fd, 0, -1)), RAW(fd_advise(fd, -1, 0, 0));
    int dir = open(".", O_RDONLY | O_DIRECTORY);
    SHOW(fsync(dir));
    __wasi_fd_t synced;
    RAW(path_open(3, 0, "g", 1, 66 | 16, 0, 16, &synced));
    __wasi_fdstat_t fdstat;
    RAW(fd_fdstat_get(synced, &fdstat)), SHOW(fdstat.fs_flags);
    SHOW(write(synced, "x", 1));
    return 0;
}
