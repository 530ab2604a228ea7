// Position, size, appending and positioned access of a file.
#include "show.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    char text[32] = {0};
    struct stat stat;
    int fd = open("f", O_RDWR | O_CREAT | O_EXCL, 0644);
    SHOW(write(fd, "hello world", 11));
    SHOW(open("f", O_RDWR | O_CREAT | O_EXCL, 0644));
    SHOW(lseek(fd, -5, SEEK_END));
    SHOW(read(fd, text, 31)), puts(text);
    SHOW(lseek(fd, -1, SEEK_SET));
    SHOW(lseek(fd, 100, SEEK_CUR));
    SHOW(read(fd, text, 31));
    SHOW(pwrite(fd, "HELLO", 5, 0));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pread(fd, text, 8, 0)), puts(text);
    SHOW(ftruncate(fd, 5));
    SHOW(fstat(fd, &stat));
    SHOW(stat.st_size), SHOW(S_ISREG(stat.st_mode)), SHOW(stat.st_nlink);
    SHOW(ftruncate(fd, 8));
    SHOW(pread(fd, text, 31, 0)), SHOW(memcmp(text, "HELLO\0\0\0", 8));
    SHOW(ftruncate(fd, -1));
    SHOW(close(fd));
    fd = open("f", O_WRONLY | O_APPEND);
    SHOW(write(fd, "!", 1)), SHOW(lseek(fd, 0, SEEK_SET)), SHOW(write(fd, "?", 1));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(read(fd, text, 1));
    SHOW(fcntl(fd, F_GETFL) & O_APPEND ? 1 : 0);
    SHOW(fcntl(fd, F_SETFL, 0));
    SHOW(fcntl(fd, F_GETFL) & O_APPEND ? 1 : 0);
    SHOW(lseek(fd, 0, SEEK_SET)), SHOW(write(fd, "J", 1)), SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(close(fd));
    fd = open("f", O_RDONLY);
    SHOW(write(fd, "x", 1));
    SHOW(read(fd, text, 31)), SHOW(memcmp(text, "JELLO\0\0\0!?", 10));
    SHOW(close(fd));
    fd = open("f", O_WRONLY | O_TRUNC);
    SHOW(lseek(fd, 0, SEEK_END));
    return close(fd);
}
