// Names of all lengths, in any script.
#include "entries.h"
static entry list[400];
int main(void) {
    folder("d"), open_as("d", "d");
    __wasi_fd_t dir = fd;
    static char name[300];
    for (int len = 1; len < 60; len += 7) memset(name, 'n', len), name[len] = 0, __wasi_path_open(dir, 0, name, 1, 64, 0, 0, &fd);
    __wasi_path_open(dir, 0, "\xd0\x94\xd0\xb0", 1, 64, 0, 0, &fd), __wasi_path_open(dir, 0, "\xe6\x97\xa5", 1, 64, 0, 0, &fd);
    memset(name, 'z', 255), name[255] = 0, __wasi_path_open(dir, 0, name, 1, 64, 0, 0, &fd);
    uint8_t bytes[2000];
    __wasi_size_t used;
    RAW(fd_readdir(dir, bytes, 2000, 0, &used)), SHOW(used);
    return 0;
}
