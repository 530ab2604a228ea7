// More subscriptions than the process may have descriptors, and arrays that overlap.
#include "show.h"
#include <stdlib.h>
enum { MANY = 5000 };
int main(void) {
    __wasi_size_t count = 0;
    __wasi_subscription_t *subs = calloc(MANY, sizeof *subs);
    __wasi_event_t *events = calloc(MANY, sizeof *events);
    for (int i = 0; i < MANY; i++) {
        subs[i] = (__wasi_subscription_t){.userdata = i, .u = {.tag = 2}};
        subs[i].u.u.fd_write.file_descriptor = 1 + i % 2;
    }
    for (int n = 8; n <= MANY; n = n == 8 ? 9 : n == 9 ? 513 : n + 4487) {
        RAW(poll_oneoff(subs, events, n, &count));
        int right = 0;
        for (int i = 0; i < (int)count; i++) right += events[i].userdata == (unsigned)i && events[i].type == 2 && !events[i].error;
        printf("%u events, %d right\n", (unsigned)count, right);
    }
    subs[0].u.tag = 0, subs[0].u.u.clock = (__wasi_subscription_clock_t){.id = 1, .timeout = 10000000000};
    RAW(poll_oneoff(subs, events, 3, &count)), SHOW(count);
    printf("%llu %llu\n", events[0].userdata, events[1].userdata);
    RAW(poll_oneoff(subs + 1, (void *)subs, 4, &count)), SHOW(count);
    events = (void *)subs;
    for (int i = 0; i < 4; i++) printf("%llu type %d\n", events[i].userdata, events[i].type);
    return 0;
}
