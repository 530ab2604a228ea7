// 10,000 threads, some at a time: what one had is the next one's.
#include "threads.h"

static _Atomic int count;
static _Thread_local int own = 1;

static void run(void *argument) {
    count += own++;
}

int main(void) {
    for (int i = 0; i < 10000; i++) {
        int place = i % MOST;
        if (i >= MOST)
            join(place);
        if (start(place, run, 0) <= 0) {
            print("failed at", i);
            return 1;
        }
    }
    for (int i = 0; i < MOST; i++)
        join(i);
    print("count", count);
    return 0;
}
