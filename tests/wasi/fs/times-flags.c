// Each time is set, set to now, or left; not both.
#include "raw.h"
static void times(const char *path, int follow) {
    __wasi_filestat_t stat;
    int error = __wasi_path_filestat_get(3, follow, path, &stat);
    print("times of %s: %d, %lld %lld\n", path, error, (long long)stat.atim, (long long)stat.mtim);
}
int main(void) {
    file("file", ""), open_as("file", "rw");
    for (int flags = 0; flags < 16; flags++) {
        __wasi_filestat_t stat;
        RAW(path_filestat_set_times(3, 0, "file", 1000000001, 2000000002, 5));
        print("%d: %d", flags, (int)__wasi_fd_filestat_set_times(fd, 3, 4, flags));
        __wasi_fd_filestat_get(fd, &stat);
        print(" %d %d", (int)(stat.atim < 5 ? stat.atim : stat.atim == 1000000001 ? 5 : 6), (int)(stat.mtim < 5 ? stat.mtim : stat.mtim == 2000000002 ? 5 : 6));
        __wasi_path_filestat_set_times(3, 0, "file", 1000000001, 2000000002, 5);
        print(" path %d", (int)__wasi_path_filestat_set_times(3, 0, "file", 3, 4, flags));
        __wasi_fd_filestat_get(fd, &stat);
        print(" %d %d\n", (int)(stat.atim < 5 ? stat.atim : stat.atim == 1000000001 ? 5 : 6), (int)(stat.mtim < 5 ? stat.mtim : stat.mtim == 2000000002 ? 5 : 6));
    }
    return 0;
}
