// What wasmtime has no answer to in `wasi_unstable`: several subscriptions, sockets, signals, wrong numbers.
#include "show.h"
#include <stdint.h>
#define OLD(name) __attribute__((import_module("wasi_unstable"), import_name(#name))) int old_##name
OLD(fd_seek)(int, int64_t, int, uint64_t *);
OLD(clock_time_get)(int, int64_t, uint64_t *);
OLD(proc_raise)(int);
OLD(sock_recv)(int, void *, int, int, void *, void *);
OLD(sock_send)(int, void *, int, int, void *);
OLD(sock_shutdown)(int, int);
OLD(fd_fdstat_set_rights)(int, uint64_t, uint64_t);
OLD(fd_allocate)(int, uint64_t, uint64_t);
OLD(poll_oneoff)(const void *, void *, int, int *);

int main(void) {
    uint64_t at;
    uint8_t byte;
    __wasi_ciovec_t vector = {&byte, 1};
    uint64_t subs[3][7] = {{1, 0, 1 << 20, 1, 10000000000}, {2, 1, 3}, {3, 2, 1}}, events[3][4] = {0};
    int count;
    SHOW(old_poll_oneoff(subs, events, 3, &count)), SHOW(count);
    for (int i = 0; i < 2; i++) printf("%d: error and type %d\n", (int)events[i][0], (int)events[i][1]);
    subs[0][3] = 9;
    SHOW(old_poll_oneoff(subs, events, 1, &count));
    SHOW(old_fd_seek(3, 0, 3, &at)), SHOW(old_clock_time_get(4, 0, &at));
    SHOW(old_proc_raise(0)), SHOW(old_proc_raise(31));
    SHOW(old_fd_allocate(99, 0, 1));
    SHOW(old_sock_recv(0, &vector, 1, 0, &at, &at)), SHOW(old_sock_send(0, &vector, 1, 0, &at)), SHOW(old_sock_shutdown(0, 1));
    SHOW(old_fd_fdstat_set_rights(3, 0, 0)), SHOW(old_fd_fdstat_set_rights(3, 1 << 13, 0));
    return 0;
}
