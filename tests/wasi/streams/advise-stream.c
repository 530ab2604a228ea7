// Advice for a stream is refused.
#include "raw.h"
int main(void) {
    RAW(fd_advise(0, 0, 0, 0)), RAW(fd_advise(1, 0, 0, 4)), RAW(fd_advise(2, 0, 0, 0));
    return 0;
}
