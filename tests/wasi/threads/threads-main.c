// When `_start` returns the process ends, with all threads.
#include "threads.h"

static _Atomic int ready;

static void run(void *argument) {
    ready = 1;
    __builtin_wasm_memory_atomic_notify((int *)&ready, 1);
    for (;;)
        ;
}

int main(void) {
    if (start(0, run, 0) <= 0)
        return 1;
    while (!ready)
        __builtin_wasm_memory_atomic_wait32((int *)&ready, 0, -1);
    print("ends", 0);
    return 0;
}
