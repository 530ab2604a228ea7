// Advice for what is beyond every file is invalid.
#include "raw.h"
int main(void) {
    file("file", "abc"), open_as("file", "r"), RAW(fd_advise(fd, 0, 1ull << 63, 0)), RAW(fd_advise(fd, 1ull << 63, 0, 0)), RAW(fd_advise(fd, 0, 0, 6));
    return 0;
}
