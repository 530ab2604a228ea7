// What is embedded reads as a directory does: contents, status, links, entries, flags.
#include "show.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
static int by_name(const struct dirent **one, const struct dirent **other) {
    return strcmp((*one)->d_name, (*other)->d_name);
}
static char *join(char *into, const char *path, const char *name) {
    return strcat(strcat(strcpy(into, path), "/"), name);
}
static void list(const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, 0, by_name);
    printf("%s: %d entries\n", path, count);
    for (int i = 0; i < count; i++) {
        struct stat stat;
        char inside[256];
        join(inside, path, entries[i]->d_name);
        // The inode of `..` is outside's business.
        int same = !strcmp(entries[i]->d_name, "..") || !lstat(inside, &stat) && stat.st_ino == entries[i]->d_ino;
        printf("  %s type %d inode %s\n", entries[i]->d_name, entries[i]->d_type, same ? "fits" : "differs");
    }
}
// Every cookie leads to what is behind its entry.
static void again(__wasi_fd_t fd) {
    struct {
        __wasi_dirent_t entry;
        char name[256];
    } first, second;
    size_t used;
    int count = 0, wrong = 0;
    for (__wasi_dircookie_t cookie = 0;; cookie = first.entry.d_next, count++) {
        if (__wasi_fd_readdir(fd, (uint8_t *)&first, sizeof first, cookie, &used) || !used) break;
        if (used < sizeof first.entry + first.entry.d_namlen) wrong++;
        size_t behind = sizeof first.entry + first.entry.d_namlen, rest = used - behind;
        if (rest < sizeof second.entry) continue;
        memcpy(&second.entry, (char *)&first + behind, sizeof second.entry);
        __wasi_dirent_t expected = second.entry;
        int error = __wasi_fd_readdir(fd, (uint8_t *)&second, sizeof second.entry, first.entry.d_next, &used);
        wrong += error || used != sizeof second.entry || second.entry.d_ino != expected.d_ino;
    }
    printf("%d entries one by one, %d wrong\n", count, wrong);
}
static void look(const char *path) {
    struct stat stat;
    printf("%s:", path);
    if (lstat(path, &stat)) return (void)printf(" errno %d\n", errno);
    printf(" mode %d", (int)stat.st_mode & S_IFMT);
    if (!S_ISDIR(stat.st_mode)) printf(" size %lld links %d", (long long)stat.st_size, (int)stat.st_nlink);
    char target[64];
    ssize_t len = readlink(path, target, sizeof target);
    len < 0 ? printf(" errno %d", errno) : printf(" <%.*s>", (int)len, target);
    FILE *file = fopen(path, "r");
    char text[64];
    if (!file) return (void)printf(" errno %d\n", errno);
    size_t got = fread(text, 1, sizeof text, file);
    ferror(file) ? printf(" errno %d\n", errno) : printf(" <%.*s>\n", (int)got, text);
    fclose(file);
}
static void show_flags(__wasi_fd_t fd) {
    __wasi_fdstat_t stat;
    int error = __wasi_fd_fdstat_get(fd, &stat);
    printf("error %d type %d flags %d read %d write %d seek %d\n", error, stat.fs_filetype, stat.fs_flags,
           !!(stat.fs_rights_base & 2), !!(stat.fs_rights_base & 64), !!(stat.fs_rights_base & 4));
}
static void positions(void) {
    char text[32] = {0};
    size_t got;
    int fd = open("/e/file", O_RDONLY);
    SHOW(lseek(fd, -5, SEEK_END)), SHOW(read(fd, text, 31)), puts(text);
    SHOW(read(fd, text, 31)), SHOW(lseek(fd, 100, SEEK_CUR)), SHOW(read(fd, text, 31));
    SHOW(lseek(fd, -1, SEEK_SET)), SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pread(fd, text, 31, 6)), SHOW(pread(fd, text, 31, 600)), SHOW(pread(fd, text, 1, -1));
    SHOW(lseek(fd, 1, SEEK_SET));
    SHOW(read(fd, text, 4)), printf("<%.*s>\n", 4, text);
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(write(fd, "x", 1)), SHOW(pwrite(fd, "x", 1, 0));
    RAW(fd_advise(fd, 0, 10, 3)), RAW(fd_sync(fd)), RAW(fd_datasync(fd));
    RAW(fd_readdir(fd, (uint8_t *)text, 32, 0, &got)), RAW(path_open(fd, 0, "x", 0, 2, 0, 0, (__wasi_fd_t *)&got));
    struct pollfd poller = {fd, POLLIN, 0};
    SHOW(poll(&poller, 1, 1000)), SHOW(poller.revents);
    SHOW(close(fd)), SHOW(read(fd, text, 1));
}
static void flags(void) {
    __wasi_fd_t fd, other;
    for (int flags = 0; flags < 6; flags += 1 + flags % 2 * 2) {
        RAW(path_open(3, 0, "file", 0, 2, 0, flags, &fd)), show_flags(fd);
    }
    RAW(fd_fdstat_set_flags(fd, 4)), show_flags(fd);
    RAW(fd_fdstat_set_flags(fd, 0)), show_flags(fd);
    RAW(fd_fdstat_set_flags(fd, 64));
    show_flags(3);
    RAW(path_open(3, 0, "file", 0, 2, 0, 0, &other)), RAW(fd_renumber(other, fd));
    show_flags(fd), RAW(fd_close(other)), RAW(fd_close(fd));
    RAW(path_open(3, 0, "link", 0, 2, 0, 0, &fd)), RAW(path_open(3, 1, "link", 0, 2, 0, 0, &fd));
    RAW(path_open(3, 0, "link", 2, 2, 0, 0, &fd)), RAW(path_open(3, 1, "dirlink", 2, 2, 0, 0, &fd));
    RAW(path_open(fd, 0, "../file", 0, 2, 0, 0, &other)), RAW(path_open(fd, 0, "inner", 0, 2, 0, 0, &other));
    SHOW(other > fd);
}
int main(int argc, char **argv) {
    static const char *const paths[] = {
        "file", "empty", "dir", "dir/.", "dir/../file", "dir/inner", "file/x", "link", "dirlink", "dirlink/inner", "broken",
        "circle", "nothing", "nothing/x", "..", "../file", "dir/../../file", "dir/up", "dir/up/file", ".", "/file",
    };
    char path[64];
    if (argc == 2 && !strcmp(argv[1], "flags")) return flags(), 0;
    for (int i = 1; i < argc; i++) look(join(path, "/e", argv[i]));
    if (argc > 1) return 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) look(join(path, "/e", paths[i]));
    list("/e"), list("/e/dir"), list("/e/none"), list("/e/file");
    again(3);
    positions();
    return 0;
}
