// A removed directory has no entries.
#include "entries.h"
static entry list[400];
int main(void) {
    folder("d"), open_as("d", "d");
    __wasi_fd_t dir = fd;
    RAW(path_remove_directory(3, "d"));
    uint8_t bytes[64];
    __wasi_size_t used = 7;
    RAW(fd_readdir(dir, bytes, 64, 0, &used)), SHOW(used);
    return 0;
}
