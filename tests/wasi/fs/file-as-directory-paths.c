// A file is no directory to change something in.
#include "raw.h"
int main(void) {
    file("file", "abc"), open_as("file", "rw");
    __wasi_filestat_t stat;
    __wasi_size_t used;
    uint8_t text[64];
    RAW(path_create_directory(fd, "x")), RAW(path_filestat_get(fd, 0, "x", &stat)), RAW(path_unlink_file(fd, "x")), RAW(path_remove_directory(fd, "x")), RAW(path_readlink(fd, "x", text, 64, &used));
    RAW(path_symlink("x", fd, "x")), RAW(path_rename(fd, "x", 3, "x")), RAW(path_rename(3, "file", fd, "x")), RAW(path_link(fd, 0, "x", 3, "x")), RAW(path_link(3, 0, "file", fd, "x"));
    RAW(path_filestat_set_times(fd, 0, "x", 1, 1, 5)), RAW(path_open(0, 0, "x", 0, 0, 0, 0, &fd)), RAW(path_create_directory(1, "x"));
    return 0;
}
