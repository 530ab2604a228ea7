// Directories are read whole, in pieces, again, and from remembered places.
#include "show.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }
static int list(DIR *dir, char **names) {
    int count = 0;
    for (struct dirent *entry; (entry = readdir(dir));) names[count++] = strdup(entry->d_name);
    qsort(names, count, sizeof *names, compare);
    return count;
}
int main(void) {
    static char *names[500], *again[500];
    char name[64];
    mkdir("d", 0755);
    for (int i = 0; i < 300; i++) {
        sprintf(name, "d/a-rather-long-name-of-entry-%03d", i);
        close(open(name, O_CREAT | O_WRONLY, 0644));
    }
    DIR *dir = opendir("d");
    int count = list(dir, names);
    printf("%d: %s %s %s … %s\n", count, names[0], names[1], names[2], names[count - 1]);
    rewinddir(dir);
    SHOW(list(dir, again) == count);
    int same = 1;
    for (int i = 0; i < count; i++) same &= !strcmp(names[i], again[i]);
    SHOW(same);
    SHOW(closedir(dir));
    // With the import itself: a buffer that holds one entry and a bit, going on from each cookie.
    int fd = open("d", O_RDONLY | O_DIRECTORY);
    char buffer[80];
    __wasi_dircookie_t cookie = 0;
    __wasi_size_t used;
    int entries = 0;
    do {
        if (__wasi_fd_readdir(fd, (uint8_t *)buffer, sizeof buffer, cookie, &used)) return 1;
        for (char *at = buffer; at + sizeof(__wasi_dirent_t) <= buffer + used;) {
            __wasi_dirent_t entry;
            memcpy(&entry, at, sizeof entry);
            at += sizeof entry + entry.d_namlen;
            if (at > buffer + used) break;
            cookie = entry.d_next, entries++;
        }
    } while (used == sizeof buffer);
    SHOW(entries);
    RAW(fd_readdir(fd, (uint8_t *)buffer, 10, 0, &used)), SHOW(used);
    RAW(fd_readdir(1, (uint8_t *)buffer, 10, 0, &used));
    struct stat stat;
    mkdir("kinds", 0755), mkdir("kinds/dir", 0755), symlink("dir", "kinds/link");
    close(open("kinds/file", O_CREAT | O_WRONLY, 0644));
    dir = opendir("kinds");
    for (struct dirent *entry; (entry = readdir(dir));) {
        sprintf(name, "kinds/%s", entry->d_name);
        if (entry->d_name[0] != '.' && !lstat(name, &stat)) SHOW(entry->d_ino == stat.st_ino);
        if (entry->d_name[0] == 'd') SHOW(entry->d_type == DT_DIR);
        if (entry->d_name[0] == 'f') SHOW(entry->d_type == DT_REG);
        if (entry->d_name[0] == 'l') SHOW(entry->d_type == DT_LNK);
    }
    return 0;
}
