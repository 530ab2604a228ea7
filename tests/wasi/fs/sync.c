// Files are synchronised, whatever they are open for.
#include "raw.h"
int main(void) {
    RAW(fd_sync(99)), RAW(fd_datasync(99)), RAW(fd_sync(3)), file("file", ""), open_as("file", "r"), RAW(fd_sync(fd)), RAW(fd_datasync(fd));
    return 0;
}
