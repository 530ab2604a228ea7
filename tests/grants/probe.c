// Does what its arguments say: reaches for what was granted, or for what was not. With names, and 16 MiB of memory at most.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

extern char **environ;
static volatile int sink;
static char bytes[1 << 20];

static int result(const char *what, int value) {
    if (value < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: ok\n", what);
    return value < 0;
}

__attribute__((noinline)) static void spin(void) { for (;;) sink++; }
__attribute__((noinline)) static int leaf(int a) { sink = a; return a + 1; }
__attribute__((noinline)) static void calls(void) { for (int a = 0;;) a = leaf(a); }
__attribute__((noinline)) static void nap(void) { sleep(1000); }
__attribute__((noinline)) static void copies(void) { for (;;) memmove(bytes + 1, bytes, sizeof bytes - 1); }
__attribute__((noinline)) static void clocks(void) {
    struct timespec now;
    for (;;) clock_gettime(CLOCK_MONOTONIC, &now);
}
__attribute__((noinline)) static int wait_for_input(void) { char byte; return read(0, &byte, 1) < 0; }
__attribute__((noinline)) static int deep(int left) { return left == 0 ? 0 : deep(left - 1) + sink; }

// What the program starts with: each number from 3 on, until there is none.
static int preopens(void) {
    for (int fd = 3;; fd++) {
        __wasi_fdstat_t stat;
        if (__wasi_fd_fdstat_get(fd, &stat) != 0) return 0;
        __wasi_prestat_t prestat;
        char name[100] = "";
        int error = __wasi_fd_prestat_get(fd, &prestat);
        if (error == 0 && prestat.tag == 0)
            error = __wasi_fd_prestat_dir_name(fd, (uint8_t *)name, prestat.u.dir.pr_name_len);
        printf("%d: type %d, tag %d, error %d, name %s, flags %d\n", fd, stat.fs_filetype, prestat.tag, error,
               name, stat.fs_flags);
    }
}

// Accepts on a number, and sends back what comes.
static int echo(int fd, int nonblock) {
    if (nonblock) fcntl(fd, F_SETFL, O_NONBLOCK);
    int connection = accept(fd, NULL, NULL);
    if (result("accept", connection)) return 1;
    char line[100];
    int received = recv(connection, line, sizeof line, 0);
    printf("received %d\n", received);
    printf("sent %d\n", (int)send(connection, line, received, 0));
    result("shutdown", shutdown(connection, SHUT_WR));
    printf("then %d\n", (int)recv(connection, line, sizeof line, 0));
    return close(connection);
}

// Accepts on a number, and writes where nobody can read any more.
static int write_too_late(int fd) {
    int connection = accept(fd, NULL, NULL);
    if (result("accept", connection)) return 1;
    result("shutdown", shutdown(connection, SHUT_WR));
    result("write", (int)write(connection, "x", 1));
    result("send", (int)send(connection, "x", 1, 0));
    return close(connection);
}

// Receives from a number, once for each of the flags: into two places, of 3 bytes and of so many.
static int receive(int fd, int size, char **flags) {
    __wasi_fdstat_t stat;
    printf("stat: %d", __wasi_fd_fdstat_get(fd, &stat)), printf(", type %d\n", stat.fs_filetype);
    for (; *flags; flags++) {
        char text[100] = "";
        __wasi_iovec_t into[] = {{(uint8_t *)text, 3}, {(uint8_t *)text + 3, size}};
        __wasi_size_t received = 0;
        __wasi_roflags_t more = 0;
        int error = __wasi_sock_recv(fd, into, 2, atoi(*flags), &received, &more);
        printf("receive: %d, %d bytes, flags %d, <%s>\n", error, (int)received, more, text);
    }
    return 0;
}

__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise"))) int proc_raise(int);

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *what = argc > 1 ? argv[1] : "", *path = argc > 2 ? argv[2] : "";
    int number = atoi(path);
#define IS(name) (strcmp(what, name) == 0)
    if (IS("env")) for (char **line = environ; *line; line++) puts(*line);
    if (IS("read")) return result(path, open(path, O_RDONLY));
    if (IS("write")) return result(path, open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666));
    if (IS("mkdir")) return result(path, mkdir(path, 0777));
    // Fails at first, and then in another way that has nothing to do with grants.
    if (IS("read-and-fail")) return open(path, O_RDONLY), 1;
    if (IS("read-and-trap")) result(path, open(path, O_RDONLY)), abort();
    if (IS("abort")) abort();
    if (IS("raw")) {
        __wasi_fd_t opened;
        int error = __wasi_path_open(3, 0, path, 0, 0, 0, 0, &opened);
        printf("%s: %d\n", path, error);
        return 1;
    }
    if (IS("many")) {
        int opened = 0, fd = -1;
        while (opened < 2000 && (fd = open(path, O_RDONLY)) >= 0) opened++;
        printf("%d, then %s\n", opened, strerror(errno));
        result("new", open("granted/new", O_WRONLY | O_CREAT, 0666));
        close(2 + opened);
        result("again", open(path, O_RDONLY));
    }
    if (IS("preopens")) return preopens();
    if (IS("echo")) return echo(number, 0);
    if (IS("poll-and-echo")) return echo(number, 1);
    if (IS("receive")) return receive(number, atoi(argv[3]), argv + 4);
    if (IS("raise")) printf("raise: %d\n", proc_raise(number));
    if (IS("write-too-late")) return write_too_late(number);
    if (IS("memory")) {
        while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1);
        printf("%d pages\n", (int)__builtin_wasm_memory_size(0));
    }
    if (IS("deep")) printf("%d\n", deep(number));
    if (IS("spin")) spin();
    if (IS("calls")) calls();
    if (IS("nap")) nap();
    if (IS("copies")) copies();
    if (IS("clocks")) clocks();
    if (IS("input")) return wait_for_input();
    if (IS("exit")) return number;
    return 0;
}
