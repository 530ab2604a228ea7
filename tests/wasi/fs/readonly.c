// A read-only grant: everything can be read, nothing changed.
#include "show.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    char text[8] = {0};
    struct stat stat;
    int fd = open("file", O_RDONLY);
    SHOW(read(fd, text, 7)), puts(text);
    SHOW(open("file", O_WRONLY)), SHOW(open("file", O_RDWR)), SHOW(open("file", O_RDONLY | O_TRUNC)), SHOW(open("new", O_CREAT | O_WRONLY, 0644));
    SHOW(mkdir("new", 0755)), SHOW(rmdir("d")), SHOW(unlink("file")), SHOW(rename("file", "new")), SHOW(link("file", "new"));
    SHOW(symlink("file", "new")), SHOW(utimensat(AT_FDCWD, "file", 0, 0)), SHOW(futimens(fd, 0)), SHOW(ftruncate(fd, 0));
    int dir = open("d", O_RDONLY | O_DIRECTORY);
    SHOW(openat(dir, "inner", O_RDWR)), SHOW(unlinkat(dir, "inner", 0)), SHOW(mkdirat(dir, "new", 0755));
    SHOW(fstatat(dir, "inner", &stat, 0)), SHOW(stat.st_size);
    return 0;
}
