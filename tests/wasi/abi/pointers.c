// An address outside the memory traps; what it was is the argument.
#include "show.h"
#include <stdlib.h>
int main(int argc, char **argv) {
    uint8_t *outside = (uint8_t *)(__builtin_wasm_memory_size(0) * 65536), *near = outside - 2;
    __wasi_size_t used;
    __wasi_timestamp_t time;
    __wasi_ciovec_t vector = {near, 3};
    puts("before"), fflush(stdout);
    switch (atoi(argv[1])) {
    case 0: __wasi_random_get(near, 3); break;
    case 1: __wasi_fd_write(1, &vector, 1, &used); break;
    case 2: __wasi_fd_write(1, (void *)(outside - 4), 1, &used); break;
    case 3: __wasi_clock_time_get(1, 0, (void *)outside); break;
    case 4: vector.buf_len = 0xffffffff; __wasi_fd_write(1, &vector, 1, &used); break;
    case 5: __wasi_args_get((void *)outside, (void *)0); break;
    case 6: __wasi_random_get(near, 2); puts("the last bytes are inside"); break;
    }
    return 0;
}
