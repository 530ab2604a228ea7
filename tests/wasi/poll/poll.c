// What can be read or written now is ready, and the time limit is kept where nothing is.
#include "show.h"
int main(void) {
    __wasi_subscription_t subs[3] = {0};
    __wasi_event_t events[3];
    __wasi_size_t count;
    RAW(poll_oneoff(subs, events, 0, &count));
    subs[0] = (__wasi_subscription_t){.userdata = 10, .u = {.tag = 1}};
    subs[0].u.u.fd_read.file_descriptor = 0;
    subs[1] = (__wasi_subscription_t){.userdata = 20, .u = {.tag = 0}};
    subs[1].u.u.clock.id = 1, subs[1].u.u.clock.timeout = 10000000000;
    RAW(poll_oneoff(subs, events, 2, &count));
    printf("%u events, first %llu type %d error %d\n", (unsigned)count, events[0].userdata, events[0].type, events[0].error);
    subs[0].userdata = 30, subs[0].u.tag = 2, subs[0].u.u.fd_write.file_descriptor = 1;
    RAW(poll_oneoff(subs, events, 2, &count));
    printf("%u events, first %llu type %d error %d\n", (unsigned)count, events[0].userdata, events[0].type, events[0].error);
    subs[1].u.u.clock.timeout = 1000000;
    RAW(poll_oneoff(subs + 1, events, 1, &count));
    printf("%u events, first %llu type %d error %d\n", (unsigned)count, events[0].userdata, events[0].type, events[0].error);
    subs[0].u.u.fd_write.file_descriptor = 99;
    RAW(poll_oneoff(subs, events, 1, &count));
    subs[0].u.u.fd_write.file_descriptor = 3;
    RAW(poll_oneoff(subs, events, 1, &count));
    return 0;
}
