// What tests of paths share. The granted directory is descriptor 3.
#include "show.h"
#pragma clang diagnostic ignored "-Wunused-result"

static __wasi_fd_t fd;

// Opens: f follow, c create, d directory, x exclusive, t truncate; r read, w write; a append, n non-blocking.
// 0, or the error's number.
static int open_as(const char *path, const char *how) {
    int flags[] = {!!strchr(how, 'f'), 0, 0, 0};
    for (int bit = 0; bit < 4; bit++) flags[1] |= strchr(how, "cdxt"[bit]) ? 1 << bit : 0;
    flags[2] |= strchr(how, 'r') ? 2 : 0, flags[2] |= strchr(how, 'w') ? 64 : 0;
    flags[3] |= strchr(how, 'a') ? 1 : 0, flags[3] |= strchr(how, 'n') ? 4 : 0;
    return __wasi_path_open(3, flags[0], path, flags[1], flags[2], 0, flags[3], &fd);
}

// Opens, tells what it is, and closes.
static void opened(const char *path, const char *how) {
    int error = open_as(path, how);
    print("open <%s> %s: %d", path, how, error);
    if (!error) {
        __wasi_filestat_t stat;
        __wasi_fd_filestat_get(fd, &stat);
        if (stat.filetype == 4) print(", %lld bytes", (long long)stat.size);
        else print(", kind %d", stat.filetype);
        __wasi_fd_close(fd);
    }
    puts("");
}

// A new file with these contents.
static void file(const char *path, const char *contents) {
    __wasi_ciovec_t vector = {(const uint8_t *)contents, strlen(contents)};
    __wasi_size_t done;
    if (open_as(path, "cxw") || __wasi_fd_write(fd, &vector, 1, &done) || __wasi_fd_close(fd)) print("no %s\n", path);
}

static void folder(const char *path) {
    if (__wasi_path_create_directory(3, path)) print("no %s\n", path);
}

static void link_to(const char *target, const char *path) {
    if (__wasi_path_symlink(target, 3, path)) print("no %s\n", path);
}

// What there is at a path: kind, links, and of what is no directory the size.
static void look(const char *path, int follow) {
    __wasi_filestat_t stat;
    int error = __wasi_path_filestat_get(3, follow, path, &stat);
    print("look %s<%s>: %d", follow ? "through " : "", path, error);
    if (!error) print(", kind %d", stat.filetype);
    if (!error && stat.filetype != 3) print(", %lld links, %lld bytes", (long long)stat.nlink, (long long)stat.size);
    puts("");
}

// Writes to and reads from a descriptor.
static void put(__wasi_fd_t to, const char *text) {
    __wasi_ciovec_t vector = {(const uint8_t *)text, strlen(text)};
    __wasi_size_t done = 0;
    int error = __wasi_fd_write(to, &vector, 1, &done);
    print("write <%s>: %d, %u bytes\n", text, error, (unsigned)done);
}

static void get(__wasi_fd_t from) {
    uint8_t bytes[64];
    __wasi_iovec_t vector = {bytes, sizeof bytes};
    __wasi_size_t done = 0;
    int error = __wasi_fd_read(from, &vector, 1, &done);
    print("read: %d, <", error);
    for (__wasi_size_t at = 0; at < done; at++) putchar(bytes[at] ? bytes[at] : '.');
    puts(">");
}

static void at(__wasi_fd_t of) {
    __wasi_filesize_t place = 0;
    int error = __wasi_fd_tell(of, &place);
    print("tell: %d, %lld\n", error, (long long)place);
}
