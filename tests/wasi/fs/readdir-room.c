// An entry that does not fit is cut, and a full buffer says that there is more.
#include "entries.h"
static entry list[400];
int main(void) {
    folder("d"), open_as("d", "d");
    __wasi_fd_t dir = fd;
    uint8_t whole[300], part[300];
    __wasi_size_t all, used;
    file("d/a-name", ""), RAW(fd_readdir(dir, whole, 300, 0, &all)), SHOW(all);
    int prefix = 0, full = 0;
    for (__wasi_size_t room = 0; room < 120; room++) {
        if (__wasi_fd_readdir(dir, part, room, 0, &used)) return 1;
        prefix += !memcmp(part, whole, used), full += used == (room < all ? room : all);
    }
    SHOW(prefix), SHOW(full);
    return 0;
}
