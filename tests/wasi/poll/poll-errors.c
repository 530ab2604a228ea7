// What cannot be waited for has its error as its event, and the call does not wait; with nothing else, it fails.
#include "show.h"
static __wasi_subscription_t subs[6];
static __wasi_event_t events[6];
static __wasi_size_t count;
static void set(int i, int tag, int fd) {
    subs[i] = (__wasi_subscription_t){.userdata = 10 + i, .u = {.tag = tag}};
    subs[i].u.u.fd_read.file_descriptor = fd;
}
static void set_clock(int i, int id, int flags, uint64_t timeout) {
    subs[i] = (__wasi_subscription_t){.userdata = 10 + i, .u = {.tag = 0}};
    subs[i].u.u.clock = (__wasi_subscription_clock_t){.id = id, .flags = flags, .timeout = timeout, .precision = 1};
}
static void poll(const char *what, int n) {
    count = 77;
    int errno = __wasi_poll_oneoff(subs, events, n, &count);
    printf("%s: errno %d, %u events\n", what, errno, errno ? 0 : (unsigned)count);
    for (int i = 0; !errno && i < (int)count; i++)
        printf("  %llu type %d error %d bytes %llu flags %d\n", events[i].userdata, events[i].type, events[i].error, events[i].fd_readwrite.nbytes, events[i].fd_readwrite.flags);
    if (errno) SHOW(count);
}
int main(void) {
    set(0, 1, 99), set(1, 2, 99), set(2, 1, 3), set_clock(3, 1, 0, 10000000000), set_clock(4, 3, 0, 1000), set(5, 2, 1);
    poll("nothing else", 3);
    poll("with a clock", 4);
    poll("with all", 6);
    set(0, 2, 1);
    poll("with a stream", 2);
    set_clock(0, 2, 0, 5), poll("cpu time", 1);
    set_clock(0, 2, 0, 0), poll("cpu time that is over", 1);
    set_clock(0, 3, 1, 1), poll("thread time that is over", 1);
    set_clock(0, 4, 0, 0), poll("unknown clock", 6);
    set_clock(0, 1, 2, 0), poll("unknown flag", 6);
    set(0, 3, 1), poll("unknown type", 6);
    return 0;
}
