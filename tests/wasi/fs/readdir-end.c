// Behind the end there is nothing, however far.
#include "entries.h"
static entry list[400];
int main(void) {
    folder("d"), open_as("d", "d");
    __wasi_fd_t dir = fd;
    __wasi_size_t used = 7;
    uint8_t bytes[64];
    files('a', 3);
    int count = entries(dir, 0, 8192, list);
    __wasi_dircookie_t end = list[count - 1].head.d_next;
    RAW(fd_readdir(dir, bytes, 64, end, &used)), SHOW(used), used = 7, RAW(fd_readdir(dir, bytes, 64, end + 1, &used)), SHOW(used), used = 7, RAW(fd_readdir(dir, bytes, 64, ~0ull, &used)), SHOW(used);
    SHOW(entries(dir, 0, 8192, list));
    return 0;
}
