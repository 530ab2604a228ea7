// No path leads out of the granted directory: not up, not absolute, not through links.
#include "show.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
static const char *paths[] = {"../secret",  "..",          "/secret",  "/etc/passwd",  "d/../../secret", "up/secret",
                              "leak",       "absolute",    "root/etc/passwd", "d/back/secret", "dlink/../../secret",
                              "chain/secret", "./.././secret"};
int main(void) {
    __wasi_filestat_t stat;
    __wasi_fd_t fd;
    __wasi_size_t used;
    uint8_t text[8];
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *path = paths[i];
        printf("%s: open %d", path, __wasi_path_open(3, 1, path, 0, 2, 0, 0, &fd));
        printf(" create %d", __wasi_path_open(3, 1, path, 1, 66, 0, 0, &fd));
        printf(" stat %d", __wasi_path_filestat_get(3, 1, path, &stat));
        printf(" times %d", __wasi_path_filestat_set_times(3, 1, path, 0, 0, 0));
        if (path[0] != 'l' && path[0] != 'a') { // these are links in the directory itself
            printf(" lstat %d", __wasi_path_filestat_get(3, 0, path, &stat));
            printf(" readlink %d", __wasi_path_readlink(3, path, text, 8, &used));
            printf(" unlink %d", __wasi_path_unlink_file(3, path) != 0);
            printf(" mkdir %d", __wasi_path_create_directory(3, path) != 0);
            printf(" rmdir %d", __wasi_path_remove_directory(3, path) != 0);
            printf(" rename %d %d", __wasi_path_rename(3, path, 3, "x") != 0, __wasi_path_rename(3, "file", 3, path) != 0);
            printf(" link %d %d", __wasi_path_link(3, 0, path, 3, "x") != 0, __wasi_path_link(3, 0, "file", 3, path) != 0);
            printf(" symlink %d", __wasi_path_symlink("file", 3, path) != 0);
        }
        puts("");
    }
    RAW(path_symlink("/etc", 3, "new"));
    RAW(path_symlink("../secret", 3, "new"));
    RAW(path_open(3, 1, "new", 0, 2, 0, 0, &fd));
    // From a directory below, the granted directory itself is outside too.
    RAW(path_open(3, 0, "d", 2, 2, 0, 0, &fd));
    RAW(path_open(fd, 0, "../file", 0, 2, 0, 0, &fd));
    RAW(path_open(3, 0, "d/../file", 0, 2, 0, 0, &fd));
    return 0;
}
