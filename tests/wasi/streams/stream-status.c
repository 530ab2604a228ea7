// Of a stream is told what it is, not when others used it.
#include "raw.h"
int main(void) {
    for (__wasi_fd_t stream = 0; stream < 3; stream++) {
        __wasi_filestat_t stat;
        RAW(fd_filestat_get(stream, &stat)), SHOW(stat.size), SHOW(stat.atim), SHOW(stat.mtim), SHOW(stat.ctim);
    }
    return 0;
}
