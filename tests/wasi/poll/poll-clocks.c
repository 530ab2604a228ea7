// Clocks: relative and absolute, past and future, several at once, and user data that is not unique.
#include "show.h"
static __wasi_subscription_t subs[3];
static __wasi_event_t events[3];
static __wasi_size_t count;
static __wasi_timestamp_t now(int id) {
    __wasi_timestamp_t time;
    __wasi_clock_time_get(id, 0, &time);
    return time;
}
static void set(int i, int id, int flags, uint64_t timeout) {
    subs[i] = (__wasi_subscription_t){.userdata = 7, .u = {.tag = 0}};
    subs[i].u.u.clock = (__wasi_subscription_clock_t){.id = id, .flags = flags, .timeout = timeout, .precision = -1};
}
static void poll(const char *what, int n, uint64_t least) {
    uint64_t start = now(1);
    int errno = __wasi_poll_oneoff(subs, events, n, &count);
    uint64_t took = now(1) - start;
    printf("%s: errno %d, %u events, not early %d, in time %d\n", what, errno, (unsigned)count, took >= least, took < least + 2000000000);
    for (int i = 0; i < (int)count; i++) printf("  %llu type %d error %d\n", events[i].userdata, events[i].type, events[i].error);
}
int main(void) {
    set(0, 1, 0, 0), poll("monotonic at once", 1, 0);
    set(0, 0, 0, 0), poll("realtime at once", 1, 0);
    set(0, 1, 1, 0), poll("monotonic long ago", 1, 0);
    set(0, 0, 1, 1), poll("realtime in 1970", 1, 0);
    set(0, 0, 1, now(0) - 1), poll("realtime just now", 1, 0);
    set(0, 1, 0, 3000000), poll("monotonic soon", 1, 3000000);
    set(0, 0, 0, 3000000), poll("realtime soon", 1, 3000000);
    set(0, 1, 1, now(1) + 3000000), poll("monotonic then", 1, 2000000);
    set(0, 0, 1, now(0) + 3000000), poll("realtime then", 1, 2000000);
    set(0, 1, 0, -1), set(1, 1, 0, 2000000), poll("the earlier of two", 2, 2000000);
    set(0, 1, 0, 2000000), set(1, 0, 0, -1), set(2, 1, 1, -1), poll("the first of three", 3, 2000000);
    set(0, 1, 0, 2000000), set(1, 1, 0, 2000000), poll("both of two", 2, 2000000);
    set(0, 1, 0, 0), set(1, 1, 0, 0), set(2, 0, 1, 0), poll("all at once", 3, 0);
    return 0;
}
