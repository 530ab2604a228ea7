// A directory is emptied while it is read.
#include "entries.h"
static entry list[400];
int main(void) {
    folder("d"), open_as("d", "d");
    __wasi_fd_t dir = fd;
    files('a', 99);
    __wasi_dircookie_t cookie = 0;
    int removed = 0;
    for (int count; (count = entries(dir, cookie, 300, list)) > 0; cookie = list[count - 1].head.d_next)
        for (int i = 0; i < count; i++) removed += !__wasi_path_unlink_file(dir, list[i].name);
    SHOW(removed), SHOW(entries(dir, 0, 8192, list)), RAW(path_remove_directory(3, "d"));
    return 0;
}
