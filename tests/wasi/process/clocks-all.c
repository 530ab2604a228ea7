// All four clocks: they have a resolution and go on, whatever precision is asked for; there is no fifth.
#include "show.h"
static __wasi_timestamp_t now(int id, uint64_t precision) {
    __wasi_timestamp_t time = 0;
    if (__wasi_clock_time_get(id, precision, &time)) time = -1;
    return time;
}
int main(void) {
    __wasi_timestamp_t resolution, before[4];
    for (int id = 0; id < 4; id++) {
        RAW(clock_res_get(id, &resolution)), SHOW(resolution > 0 && resolution <= 10000000);
        before[id] = now(id, 0), SHOW(before[id] + 1 > 1 && now(id, -1) >= before[id]);
    }
    // 20 ms of work: CPU time goes on, too.
    while (now(1, 0) < before[1] + 20000000) {}
    for (int id = 0; id < 4; id++) SHOW(now(id, 1) > before[id]);
    before[3] = now(3, 0), SHOW(now(2, 0) >= before[3]);
    RAW(clock_res_get(4, &resolution)), RAW(clock_time_get(4, 0, &resolution)), RAW(clock_time_get(-1, 0, &resolution));
    return 0;
}
