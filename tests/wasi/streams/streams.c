// Standard streams: what they are, and what cannot be done with them.
#include "show.h"
#include <unistd.h>
int main(void) {
    char text[8];
    SHOW(lseek(0, 0, SEEK_CUR)), SHOW(lseek(1, 0, SEEK_CUR));
    SHOW(pread(0, text, 1, 0)), SHOW(pwrite(1, text, 1, 0));
    SHOW(isatty(0)), SHOW(isatty(1)), SHOW(isatty(2));
    SHOW(read(0, text, 0)), SHOW(write(1, text, 0));
    SHOW(read(0, text, 8));
    SHOW(read(0, text, 8));
    SHOW(close(0)), SHOW(close(0)), SHOW(read(0, text, 1));
    return 0;
}
