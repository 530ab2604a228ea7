// What `wasi_unstable` shares with preview 1 answers alike.
#include <stdint.h>
#define OLD(name) __attribute__((import_module("wasi_unstable"), import_name(#name))) int old_##name
#define NEW(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int new_##name
#define BOTH(name, ...) OLD(name)(__VA_ARGS__); NEW(name)(__VA_ARGS__)
#include "show.h"
BOTH(args_get, void *, void *);
BOTH(args_sizes_get, void *, void *);
BOTH(clock_res_get, int, void *);
BOTH(environ_get, void *, void *);
BOTH(environ_sizes_get, void *, void *);
BOTH(fd_advise, int, uint64_t, uint64_t, int);
BOTH(fd_allocate, int, uint64_t, uint64_t);
BOTH(fd_close, int);
BOTH(fd_datasync, int);
BOTH(fd_fdstat_get, int, void *);
BOTH(fd_fdstat_set_flags, int, int);
BOTH(fd_filestat_set_size, int, uint64_t);
BOTH(fd_filestat_set_times, int, uint64_t, uint64_t, int);
BOTH(fd_pread, int, void *, int, uint64_t, void *);
BOTH(fd_prestat_dir_name, int, void *, int);
BOTH(fd_prestat_get, int, void *);
BOTH(fd_pwrite, int, void *, int, uint64_t, void *);
BOTH(fd_read, int, void *, int, void *);
BOTH(fd_readdir, int, void *, int, uint64_t, void *);
BOTH(fd_renumber, int, int);
BOTH(fd_sync, int);
BOTH(fd_tell, int, void *);
BOTH(fd_write, int, void *, int, void *);
BOTH(path_create_directory, int, void *, int);
BOTH(path_filestat_set_times, int, int, void *, int, uint64_t, uint64_t, int);
BOTH(path_link, int, int, void *, int, int, void *, int);
BOTH(path_open, int, int, void *, int, int, uint64_t, uint64_t, int, void *);
BOTH(path_readlink, int, void *, int, void *, int, void *);
BOTH(path_remove_directory, int, void *, int);
BOTH(path_rename, int, void *, int, int, void *, int);
BOTH(path_symlink, void *, int, int, void *, int);
BOTH(path_unlink_file, int, void *, int);
BOTH(proc_raise, int);
BOTH(random_get, void *, int);
BOTH(sched_yield, void);
BOTH(sock_recv, int, void *, int, int, void *, void *);
BOTH(sock_send, int, void *, int, int, void *);
BOTH(sock_shutdown, int, int);
__attribute__((import_module("wasi_unstable"), import_name("proc_exit"))) _Noreturn void old_proc_exit(int);

static char old_results[2][512];

// The same call to both: the error numbers, and whether what they stored is the same.
#define SAME(call, ...) do { \
    char *out = old_results[0]; \
    memset(old_results, 0, sizeof old_results); \
    int old = old_##call(__VA_ARGS__); \
    out = old_results[1]; \
    int new = new_##call(__VA_ARGS__); \
    printf("%s: %d %d %d\n", #call, old, new, memcmp(old_results[0], old_results[1], 512) == 0); \
} while (0)

int main(int argc, char **argv) {
    int fd;
    __wasi_ciovec_t vector = {(uint8_t *)"x", 1};
    SAME(args_sizes_get, out, out + 4); SAME(environ_sizes_get, out, out + 4);
    SAME(args_get, out, out + 64 - (uintptr_t)out % 64); SAME(environ_get, out, out + 64);
    for (int id = 0; id < 2; id++) SAME(clock_res_get, id, out);
    SAME(fd_prestat_get, 3, out); SAME(fd_prestat_dir_name, 3, out, 1); SAME(fd_fdstat_get, 3, out);
    SAME(path_open, 3, 0, "file", 4, 0, 0x42, 0, 0, out); fd = old_results[0][0];
    SAME(fd_fdstat_get, fd, out); SAME(fd_fdstat_set_flags, fd, 1); SAME(fd_fdstat_get, fd, out); SAME(fd_fdstat_set_flags, fd, 0);
    SAME(fd_advise, fd, 0, 4, 1); SAME(fd_datasync, fd); SAME(fd_sync, fd);
    SAME(fd_filestat_set_size, fd, 9); SAME(fd_filestat_set_times, fd, 5, 6, 5); SAME(fd_tell, fd, out);
    SAME(fd_pwrite, fd, &vector, 1, 2, out); SAME(fd_write, fd, &vector, 1, out);
    for (int i = 0; i < 2; i++) SAME(fd_readdir, 3, out + 8, 500, 2, out);
    SAME(path_create_directory, 3, "new", 3); SAME(path_remove_directory, 3, "new", 3);
    SAME(path_filestat_set_times, 3, 0, "file", 4, 5, 6, 5); SAME(path_link, 3, 0, "file", 4, 3, "link", 4);
    SAME(path_symlink, "file", 4, 3, "soft", 4); SAME(path_readlink, 3, "soft", 4, out + 8, 9, out);
    SAME(path_rename, 3, "link", 4, 3, "other", 5); SAME(path_unlink_file, 3, "other", 5);
    SAME(random_get, out, 0); SAME(sched_yield);
    SAME(fd_close, 99); SAME(fd_renumber, 99, fd); SAME(fd_allocate, 99, 0, 1);
    SAME(fd_read, 99, &vector, 1, out); SAME(fd_pread, 99, &vector, 1, 0, out);
    fflush(stdout);
    old_proc_exit(7);
}
