// A thread ends the process; the others, of which one computes and one waits, end with it.
#include "threads.h"

static _Atomic int ready;

static void compute(void *argument) {
    ready++;
    for (;;)
        ;
}

static void sleep(void *argument) {
    int never = 0;
    ready++;
    __builtin_wasm_memory_atomic_wait32(&never, 0, -1);
}

static void end(void *argument) {
    while (ready < 3)
        ;
    print("ends", 1);
    proc_exit(42);
}

int main(void) {
    if (start(0, compute, 0) <= 0 || start(1, sleep, 0) <= 0 || start(2, end, 0) <= 0)
        return 1;
    sleep(0);
    print("not reached", 0);
    return 0;
}
