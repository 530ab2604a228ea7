// Times are kept to the nanosecond, of files, directories and links.
#include "raw.h"
static void times(const char *path, int follow) {
    __wasi_filestat_t stat;
    int error = __wasi_path_filestat_get(3, follow, path, &stat);
    print("times of %s: %d, %lld %lld\n", path, error, (long long)stat.atim, (long long)stat.mtim);
}
int main(void) {
    file("file", ""), folder("dir"), link_to("file", "link");
    RAW(path_filestat_set_times(3, 0, "file", 1234567890123456789, 987654321987654321, 5)), times("file", 0);
    RAW(path_filestat_set_times(3, 0, "dir", 1, 999999999, 5)), times("dir", 0), RAW(path_filestat_set_times(3, 0, "link", 7, 8, 5)), times("file", 0);
    RAW(path_filestat_set_times(3, 1, "link", 17, 18, 5)), times("link", 1), RAW(path_filestat_set_times(3, 0, "dir/", 21, 22, 5)), times("dir", 0);
    RAW(path_filestat_set_times(3, 0, ".", 31, 32, 5)), times(".", 0), RAW(path_filestat_set_times(3, 1, "file", 0, 0, 5)), times("file", 0);
    RAW(path_filestat_set_times(3, 0, "file", 4102444800000000000, 2147483648000000000, 5)), times("file", 0);
    return 0;
}
