// Overlapping vectors, empty ones, and those that lie in what is read.
#include "show.h"
int main(void) {
    char text[8] = "abcdefg";
    __wasi_ciovec_t many[8];
    __wasi_iovec_t in[4];
    __wasi_size_t used;
    __wasi_fd_t fd;
    RAW(path_open(3, 0, "file", 0, 66, 0, 0, &fd));
    for (int i = 0; i < 8; i++) many[i] = (__wasi_ciovec_t){(void *)(text + i % 7), i % 2};
    RAW(fd_write(fd, many, 8, &used)), SHOW(used);
    RAW(fd_write(fd, many, 0, &used)), SHOW(used);
    RAW(fd_pwrite(fd, (__wasi_ciovec_t[]){{(void *)text, 4}, {(void *)(text + 2), 4}}, 2, 2, &used)), SHOW(used);
    in[0] = in[1] = (__wasi_iovec_t){(void *)text, 2}, in[2] = (__wasi_iovec_t){(void *)(text + 1), 3};
    RAW(fd_pread(fd, in, 3, 0, &used)), SHOW(used), SHOW((text[0] << 16) + (text[1] << 8) + text[2]);
    // The kernel writes over the array and the result.
    in[0] = (__wasi_iovec_t){(void *)in, 4}, in[1] = (__wasi_iovec_t){(void *)text, 4};
    RAW(fd_pread(fd, in, 2, 0, &used)), SHOW(used), SHOW(text[0]);
    in[0] = (__wasi_iovec_t){(void *)&used, 4};
    RAW(fd_pread(fd, in, 1, 0, &used)), SHOW(used);
    return 0;
}
