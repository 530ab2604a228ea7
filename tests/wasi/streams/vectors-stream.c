// Nothing is written to a stream through no vectors.
#include "raw.h"
int main(void) {
    __wasi_size_t done = 9;
    __wasi_ciovec_t out[2] = {{0, 0}, {(const uint8_t *)"", 0}};
    RAW(fd_write(1, out, 0, &done)), SHOW(done), RAW(fd_write(1, out, 2, &done)), SHOW(done), RAW(fd_write(99, out, 0, &done));
    return 0;
}
