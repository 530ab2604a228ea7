// Entries tell kind and inode; so do the directory itself and the one above.
#include "entries.h"
static entry list[400];
int main(void) {
    folder("d"), open_as("d", "d");
    __wasi_fd_t dir = fd;
    __wasi_filestat_t stat;
    file("d/file", ""), folder("d/dir"), link_to("file", "d/link"), link_to("gone", "d/dangling");
    int count = entries(dir, 0, 8192, list);
    for (int kind = 0; kind < 8; kind++)
        for (int i = 0; i < count; i++)
            if (list[i].head.d_type == kind) {
                __wasi_path_filestat_get(dir, 0, list[i].name, &stat);
                int dots = !strcmp(list[i].name, "..");
                print("kind %d, %s\n", kind, dots || stat.ino == list[i].head.d_ino ? "its inode" : "another inode");
            }
    return 0;
}
