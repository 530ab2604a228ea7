// A program that does not want to wait for its standard input is told so.
#include "show.h"
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
int main(void) {
    static char buffer[1024], text[8];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer); // nothing is written before the flush
    SHOW(fcntl(0, F_GETFL) & O_NONBLOCK ? 1 : 0);
    SHOW(fcntl(0, F_SETFL, O_NONBLOCK));
    SHOW(fcntl(0, F_GETFL) & O_NONBLOCK ? 1 : 0);
    SHOW(read(0, text, 8));
    struct pollfd fd = {.fd = 0, .events = POLLIN};
    fflush(stdout);
    SHOW(poll(&fd, 1, -1));
    SHOW(read(0, text, 8)), puts(text);
    SHOW(fcntl(0, F_SETFL, 0));
    SHOW(read(0, text, 8));
    return 0;
}
