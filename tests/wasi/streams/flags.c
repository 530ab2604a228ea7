// Flags and rights of descriptors.
#include "show.h"
#include <fcntl.h>
#include <unistd.h>
static void show_flags(__wasi_fd_t fd) {
    __wasi_fdstat_t stat;
    int error = __wasi_fd_fdstat_get(fd, &stat);
    printf("error %d type %d flags %d read %d write %d seek %d\n", error, stat.fs_filetype, stat.fs_flags,
           !!(stat.fs_rights_base & 2), !!(stat.fs_rights_base & 64), !!(stat.fs_rights_base & 4));
}
int main(void) {
    __wasi_fd_t fd;
    show_flags(3);
    for (int flags = 0; flags < 6; flags += 1 + flags % 2 * 2) {
        RAW(path_open(3, 0, "f", 1, 2 | 64, 0, flags, &fd));
        show_flags(fd);
    }
    RAW(path_open(3, 0, "f", 0, 2, 0, 0, &fd)), show_flags(fd);
    RAW(fd_fdstat_set_flags(fd, 4)), show_flags(fd);
    RAW(fd_fdstat_set_flags(fd, 0)), show_flags(fd);
    RAW(fd_fdstat_set_flags(fd, 16)), RAW(fd_fdstat_set_flags(fd, 64));
    RAW(path_open(3, 0, "f", 0, 64, 0, 0, &fd)), show_flags(fd);
    SHOW(isatty(0)), SHOW(isatty(1)), SHOW(isatty(fd));
    return 0;
}
