// Asks for the time again and again: the cheapest call that leaves the program everywhere. The
// argument is how often, in thousands.
#include "common.h"
#include <time.h>

int main(int count, char **values) {
    struct timespec now;
    for (int n = argument(count, values, 1, 1) * 1000; n > 0; n--)
        if (clock_gettime(CLOCK_MONOTONIC, &now))
            return 1;
    puts(now.tv_sec > 0 ? "done" : "no time");
}
