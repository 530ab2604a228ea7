// Advice is taken for files.
#include "raw.h"
int main(void) {
    file("file", "abc"), open_as("file", "r");
    for (int advice = 0; advice < 6; advice++) RAW(fd_advise(fd, 0, 0, advice)), RAW(fd_advise(fd, 1ull << 40, 100, advice));
    RAW(fd_advise(3, 0, 0, 0)), RAW(fd_advise(99, 0, 0, 0)), look("file", 0);
    return 0;
}
