// Synchronous files are for those who ask for the right to synchronise.
#include "raw.h"
int main(void) {
    static const struct { int rights, flags; } tried[] = {{66, 2}, {66, 8}, {66, 16}, {66 | 1, 2}, {66 | 16, 2}, {66 | 1, 16}, {66 | 16, 16},
                                                         {66 | 16, 8}, {66 | 16 | 1, 26}};
    for (unsigned i = 0; i < sizeof tried / sizeof *tried; i++) {
        __wasi_fdstat_t stat = {0};
        int error = __wasi_path_open(3, 0, "file", 1, tried[i].rights, 0, tried[i].flags, &fd);
        print("rights %d flags %d: %d", tried[i].rights, tried[i].flags, error);
        if (!error) __wasi_fd_fdstat_get(fd, &stat), print(", flags %d", stat.fs_flags), __wasi_fd_close(fd);
        puts("");
    }
    return 0;
}
