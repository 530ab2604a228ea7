// A stream cannot be cut, dated or reserved.
#include "raw.h"
int main(void) {
    RAW(fd_filestat_set_size(0, 0)), RAW(fd_filestat_set_size(1, 0)), RAW(fd_filestat_set_times(1, 1, 1, 5)), RAW(fd_allocate(1, 0, 1));
    return 0;
}
