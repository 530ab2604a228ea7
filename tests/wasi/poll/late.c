// Waiting for input that is not there yet: first the time is over, then the input comes.
#include "show.h"
#include <poll.h>
#include <unistd.h>
int main(void) {
    static char buffer[1024], text[8];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer); // nothing is written before the flush
    struct pollfd fd = {.fd = 0, .events = POLLIN};
    SHOW(poll(&fd, 1, 1)), SHOW(fd.revents);
    SHOW(poll(&fd, 1, 0));
    fflush(stdout);
    SHOW(poll(&fd, 1, 20000)), SHOW(fd.revents & POLLIN ? 1 : 0);
    SHOW(read(0, text, 8)), puts(text);
    return 0;
}
