// Clocks go forward and tell their resolution.
#include "show.h"
int main(void) {
    __wasi_timestamp_t last = 0, now, resolution;
    int ordered = 1;
    for (int i = 0; i < 100000; i++) {
        __wasi_clock_time_get(1, 0, &now);
        ordered &= now >= last, last = now;
    }
    SHOW(ordered);
    RAW(clock_time_get(0, 1000, &now));
    SHOW(now > 1600000000000000000);
    for (int id = 0; id < 2; id++) RAW(clock_res_get(id, &resolution)), SHOW(resolution > 0 && resolution < 1000000000);
    return 0;
}
