// Times of access and modification are set, kept and read.
#include "show.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
static void show_times(const char *path, int flags) {
    struct stat stat;
    fstatat(AT_FDCWD, path, &stat, flags);
    printf("%s: %lld.%09ld %lld.%09ld\n", path, (long long)stat.st_atim.tv_sec, stat.st_atim.tv_nsec,
           (long long)stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec);
}
int main(void) {
    int fd = open("f", O_CREAT | O_RDWR, 0644);
    struct timespec times[2] = {{1000, 5}, {2000000000, 123456789}};
    SHOW(utimensat(AT_FDCWD, "f", times, 0));
    show_times("f", 0);
    times[0] = (struct timespec){7, 0}, times[1].tv_nsec = UTIME_OMIT;
    SHOW(futimens(fd, times));
    show_times("f", 0);
    SHOW(symlink("f", "s"));
    times[1] = (struct timespec){9, 9};
    SHOW(utimensat(AT_FDCWD, "s", times, AT_SYMLINK_NOFOLLOW));
    struct stat stat;
    lstat("s", &stat), SHOW(stat.st_mtim.tv_sec);
    show_times("f", 0);
    SHOW(utimensat(AT_FDCWD, "s", times, 0));
    show_times("f", 0);
    SHOW(utimensat(AT_FDCWD, "f", 0, 0));
    fstat(fd, &stat);
    SHOW(stat.st_mtim.tv_sec > 1600000000 && stat.st_mtim.tv_sec <= time(0) + 1);
    SHOW(utimensat(AT_FDCWD, "gone", times, 0));
    RAW(fd_filestat_set_times(fd, 0, 0, 3));
    return 0;
}
