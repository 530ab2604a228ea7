// A NUL ends no path: it has no place in one.
#include "raw.h"
int32_t __imported_wasi_snapshot_preview1_path_open(int32_t, int32_t, int32_t, int32_t, int32_t, int64_t, int64_t, int32_t, int32_t)
    __attribute__((__import_module__("wasi_snapshot_preview1"), __import_name__("path_open")));
int32_t make(int32_t, int32_t, int32_t) __attribute__((__import_module__("wasi_snapshot_preview1"), __import_name__("path_create_directory")));
static void try(const char *path, int len) {
    print("%d bytes of %s: %d", len, path, (int)__imported_wasi_snapshot_preview1_path_open(3, 0, (int32_t)path, len, 1, 66, 0, 0, (int32_t)&fd));
    print(" %d\n", (int)make(3, (int32_t)path, len));
}
int main(void) {
    file("file", "abc");
    try("file\0", 5), try("new\0x", 5), try("\0", 1), try("file", 4), try("filexyz", 4), try("newer", 3);
    opened("new", "r"), opened("fil", "r");
    return 0;
}
