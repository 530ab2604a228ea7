// A granted directory that is closed is gone.
#include "raw.h"
int main(void) {
    __wasi_prestat_t prestat;
    uint8_t name[8];
    file("file", "abc"), open_as("file", "r");
    RAW(fd_close(3)), RAW(fd_close(3)), RAW(fd_prestat_get(3, &prestat)), RAW(fd_prestat_dir_name(3, name, 8)), opened("file", "r"), get(fd), RAW(path_create_directory(3, "x")), RAW(fd_prestat_get(fd, &prestat));
    RAW(fd_prestat_get(0, &prestat)), RAW(fd_prestat_get(99, &prestat));
    return 0;
}
