// A file is no directory to find something in.
#include "raw.h"
int main(void) {
    file("file", "abc"), open_as("file", "rw");
    __wasi_filestat_t stat;
    __wasi_size_t used;
    __wasi_fd_t other;
    uint8_t text[64];
    RAW(path_open(fd, 0, "x", 0, 0, 0, 0, &other)), RAW(path_open(fd, 0, ".", 0, 0, 0, 0, &other)), RAW(fd_readdir(fd, text, 64, 0, &used));
    RAW(path_open(99, 0, "x", 0, 0, 0, 0, &other)), RAW(fd_readdir(99, text, 64, 0, &used)), RAW(path_create_directory(99, "x")), RAW(path_filestat_get(99, 0, "x", &stat));
    RAW(path_unlink_file(99, "x")), RAW(path_remove_directory(99, "x")), RAW(path_readlink(99, "x", text, 64, &used)), RAW(path_symlink("x", 99, "x")), RAW(path_rename(99, "x", 3, "x")), RAW(path_rename(3, "file", 99, "x"));
    RAW(path_link(99, 0, "x", 3, "x")), RAW(path_link(3, 0, "file", 99, "x")), RAW(path_filestat_set_times(99, 0, "x", 1, 1, 5));
    return 0;
}
