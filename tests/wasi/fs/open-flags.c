// Flags that a descriptor is opened with are told.
#include "raw.h"
int main(void) {
    for (int flags = 0; flags < 8; flags++) {
        __wasi_fdstat_t stat;
        int error = __wasi_path_open(3, 0, "file", 1, 2 | 64 | 16 | 1, 0, flags & ~2, &fd);
        print("open with %d: %d", flags & ~2, error);
        print(", %d", (int)__wasi_fd_fdstat_get(fd, &stat)), print(", flags %d\n", stat.fs_flags);
        __wasi_fd_close(fd);
    }
    return 0;
}
