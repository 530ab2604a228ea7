// Only what is open takes a number, and only one that is taken.
#include "raw.h"
int main(void) {
    file("file", "abc"), open_as("file", "r");
    RAW(fd_renumber(fd, 77)), RAW(fd_renumber(fd, ~0u)), RAW(fd_renumber(77, fd)), RAW(fd_renumber(~0u, fd)), RAW(fd_renumber(77, 77)), RAW(fd_renumber(fd, fd)), get(fd);
    __wasi_fd_t first = fd;
    open_as("file", "r"), RAW(fd_renumber(fd, first)), RAW(fd_renumber(fd, first)), RAW(fd_close(fd)), get(first), RAW(fd_renumber(first, first)), get(first);
    return 0;
}
