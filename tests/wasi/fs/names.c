// Making, renaming, linking and removing.
#include "show.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    char text[32] = {0};
    struct stat stat;
    SHOW(mkdir("d", 0755)), SHOW(mkdir("d", 0755)), SHOW(mkdir("no/d", 0755)), SHOW(mkdir("e/", 0755));
    SHOW(mkdir(".", 0755));
    SHOW(rmdir("e")), SHOW(rmdir("e")), SHOW(rmdir("."));
    SHOW(close(open("d/f", O_CREAT | O_WRONLY, 0644)));
    SHOW(rmdir("d")), SHOW(rmdir("d/f")), SHOW(unlink("d"));
    SHOW(rename("d/f", "g")), SHOW(rename("d/f", "g")), SHOW(rename("g", "d")), SHOW(rename("d", "g"));
    SHOW(rename("d", "h")), SHOW(rename("h", "d/")), SHOW(rename("g", "x/")), SHOW(rename(".", "x"));
    SHOW(link("g", "g2")), SHOW(lstat("g", &stat)), SHOW(stat.st_nlink), SHOW(link("g", "g2")), SHOW(link("d", "d2"));
    SHOW(symlink("g", "s")), SHOW(symlink("g", "s")), SHOW(symlink("gone", "dangling"));
    SHOW(readlink("s", text, 31)), puts(text);
    SHOW(readlink("s", text, 0)), SHOW(readlink("g", text, 31)), SHOW(readlink("gone", text, 31));
    SHOW(lstat("s", &stat)), SHOW(S_ISLNK(stat.st_mode)), SHOW(stat.st_size);
    SHOW(fstatat(AT_FDCWD, "s", &stat, 0)), SHOW(S_ISREG(stat.st_mode));
    SHOW(open("dangling", O_RDONLY)), SHOW(open("s", O_RDONLY | O_NOFOLLOW));
    SHOW(unlink("s")), SHOW(access("g", F_OK)), SHOW(unlink("g")), SHOW(access("g", F_OK)), SHOW(access("g2", F_OK));
    SHOW(unlink("g2/")), SHOW(open("g2/", O_RDONLY)), SHOW(open("d", O_WRONLY)), SHOW(open("d/", O_CREAT | O_RDWR, 0644));
    SHOW(open("", O_RDONLY)), SHOW(open("g2/x", O_RDONLY)), SHOW(open("g2", O_RDONLY | O_DIRECTORY));
    RAW(path_link(3, 0, "gone", 3, "l")), RAW(path_symlink("", 3, "l")), RAW(path_open(3, 0, "bad\xff", 0, 2, 0, 0, (void *)text));
    memset(text, 'x', 5), text[5] = 0;
    static char path[6000];
    memset(path, 'x', 300), SHOW(open(path, O_RDONLY));
    memset(path, 'x', 5000), SHOW(open(path, O_RDONLY));
    return 0;
}
