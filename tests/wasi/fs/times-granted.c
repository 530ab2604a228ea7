// The granted directory itself has times that can be set.
#include "raw.h"
int main(void) {
    __wasi_filestat_t stat;
    RAW(fd_filestat_set_times(3, 41, 42, 5)), RAW(fd_filestat_get(3, &stat)), SHOW(stat.atim), SHOW(stat.mtim);
    return 0;
}
