// More vectors than a system call takes: fewer bytes may be transferred, none out of order.
#include "raw.h"
int main(void) {
    enum { COUNT = 3000 };
    static uint8_t bytes[COUNT], back[COUNT];
    static __wasi_ciovec_t out[COUNT];
    static __wasi_iovec_t in[COUNT];
    __wasi_size_t done;
    for (int i = 0; i < COUNT; i++) bytes[i] = 'a' + i % 26, out[i] = (__wasi_ciovec_t){bytes + i, 1}, in[i] = (__wasi_iovec_t){back + i, 1};
    open_as("file", "crw");
    for (int from = 0; from < COUNT; from += done)
        if (__wasi_fd_write(fd, out + from, COUNT - from, &done) || !done) return 1;
    look("file", 0);
    for (int from = 0; from < COUNT; from += done)
        if (__wasi_fd_pread(fd, in + from, COUNT - from, from, &done) || !done) return 2;
    SHOW(memcmp(bytes, back, COUNT));
    return 0;
}
