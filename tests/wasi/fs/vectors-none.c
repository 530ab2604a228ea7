// Nothing is read or written through no vectors, or through empty ones.
#include "raw.h"
int main(void) {
    uint8_t byte = 'x', to[4] = "....";
    __wasi_size_t done = 9;
    __wasi_ciovec_t out[3] = {{0, 0}, {&byte, 1}, {&byte, 0}};
    __wasi_iovec_t in[3] = {{0, 0}, {to, 1}, {to, 0}};
    file("file", "abc"), open_as("file", "rw");
    RAW(fd_write(fd, out, 0, &done)), SHOW(done), RAW(fd_write(fd, out, 1, &done)), SHOW(done), RAW(fd_write(fd, out, 3, &done)), SHOW(done), RAW(fd_pwrite(fd, out, 0, 100, &done)), SHOW(done);
    RAW(fd_pwrite(fd, out, 1, 100, &done)), SHOW(done), look("file", 0), RAW(fd_read(fd, in, 0, &done)), SHOW(done), RAW(fd_read(fd, in, 1, &done)), SHOW(done), RAW(fd_read(fd, in, 3, &done)), SHOW(done), SHOW(to[0]);
    RAW(fd_pread(fd, in, 0, 0, &done)), SHOW(done), RAW(fd_pread(fd, in, 3, 0, &done)), SHOW(done), SHOW(to[0]), at(fd);
    return 0;
}
