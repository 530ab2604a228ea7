// Nothing that is embedded can be changed, made or removed; what is in a granted directory can.
#include "show.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    int fd;
    SHOW(open("/e/file", O_WRONLY)), SHOW(open("/e/file", O_RDWR)), SHOW(open("/e/file", O_RDONLY | O_TRUNC));
    SHOW(open("/e/new", O_RDONLY | O_CREAT, 0644)), SHOW(open("/e/file", O_RDONLY | O_CREAT | O_EXCL, 0644));
    SHOW(fd = open("/e/file", O_RDONLY | O_CREAT, 0644));
    SHOW(open("/e/dir", O_WRONLY)), SHOW(open("/e/none/new", O_RDONLY | O_CREAT, 0644));
    SHOW(ftruncate(fd, 0)), SHOW(write(fd, "x", 1)), SHOW(futimens(fd, 0)), SHOW(posix_fallocate(fd, 0, 100));
    RAW(fd_filestat_set_times(3, 0, 0, 10)), RAW(fd_filestat_set_times(4, 0, 0, 10));
    SHOW(mkdir("/e/new", 0755)), SHOW(rmdir("/e/dir")), SHOW(unlink("/e/file")), SHOW(unlink("/e/none"));
    SHOW(symlink("file", "/e/new")), SHOW(utimensat(AT_FDCWD, "/e/file", 0, 0));
    SHOW(rename("/e/file", "/e/new")), SHOW(rename("/e/file", "/d/new")), SHOW(rename("/d/file", "/e/new"));
    SHOW(link("/e/file", "/e/new")), SHOW(link("/e/file", "/d/new")), SHOW(link("/d/file", "/e/new"));
    SHOW(access("/d/file", F_OK)), SHOW(access("/d/new", F_OK)), SHOW(access("/e/new", F_OK));
    SHOW(rename("/d/file", "/d/new")), SHOW(unlink("/d/new"));
    struct stat one, other;
    SHOW(stat("/e/file", &one)), SHOW(stat("/e/dir", &other)), SHOW(one.st_dev == other.st_dev);
    printf("%lld %lld %lld\n", one.st_atim.tv_sec, one.st_mtim.tv_sec, one.st_ctim.tv_sec);
    SHOW(stat("/d", &other)), SHOW(one.st_dev == other.st_dev);
    SHOW(stat("/f", &other)), SHOW(one.st_dev == other.st_dev);
    return 0;
}
