// Sleeping takes the time it should, by the clock that is asked for.
#include "show.h"
#include <time.h>
#include <unistd.h>
static long long now(clockid_t id) {
    struct timespec time;
    clock_gettime(id, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}
int main(void) {
    long long start = now(CLOCK_MONOTONIC);
    SHOW(usleep(20000));
    long long slept = now(CLOCK_MONOTONIC) - start;
    SHOW(slept >= 20000000 && slept < 2000000000);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 20000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    start = now(CLOCK_MONOTONIC);
    SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){0, 10000000}, 0));
    SHOW(now(CLOCK_MONOTONIC) - start >= 10000000);
    // A time in the past is over at once.
    start = now(CLOCK_MONOTONIC);
    SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){0, 1}, 0));
    SHOW(now(CLOCK_MONOTONIC) - start < 1000000000);
    return 0;
}
