// Times of what is not there, or not so, are not set.
#include "raw.h"
static void times(const char *path, int follow) {
    __wasi_filestat_t stat;
    int error = __wasi_path_filestat_get(3, follow, path, &stat);
    print("times of %s: %d, %lld %lld\n", path, error, (long long)stat.atim, (long long)stat.mtim);
}
int main(void) {
    file("file", ""), folder("dir"), link_to("gone", "dangling"), link_to("self", "self");
    RAW(path_filestat_set_times(3, 0, "gone", 1, 1, 5)), RAW(path_filestat_set_times(3, 1, "dangling", 1, 1, 5)), RAW(path_filestat_set_times(3, 0, "dangling", 1, 1, 5)), times("dangling", 0);
    RAW(path_filestat_set_times(3, 1, "self", 1, 1, 5)), RAW(path_filestat_set_times(3, 0, "file/", 1, 1, 5)), RAW(path_filestat_set_times(3, 0, "", 1, 1, 5));
    RAW(path_filestat_set_times(3, 0, "..", 1, 1, 5)), RAW(path_filestat_set_times(3, 0, "/file", 1, 1, 5)), RAW(fd_filestat_set_times(99, 1, 1, 5));
    open_as("file", "r"), RAW(fd_filestat_set_times(fd, 51, 52, 5)), times("file", 0), RAW(path_filestat_set_times(fd, 0, "file", 1, 1, 5));
    return 0;
}
