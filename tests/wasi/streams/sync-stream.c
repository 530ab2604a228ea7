// A pipe has no medium to be written to.
#include "raw.h"
int main(void) {
    RAW(fd_sync(0)), RAW(fd_sync(1)), RAW(fd_datasync(1));
    return 0;
}
