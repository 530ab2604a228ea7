// Each thread has its own of what is thread-local, and of the globals behind it; what is not is one.
#include "threads.h"

static _Thread_local int own = 5;
static _Thread_local int *place;
static _Atomic int shared;
static _Atomic int ready;
static int results[8];

static void count(void *who) {
    place = &own;
    // All are there before one goes on, so that each has its memory at the same time as the others.
    ready++;
    while (ready < 8)
        ;
    for (int i = 0; i < 1000 * ((int)who + 1); i++) {
        (*place)++;
        shared++;
    }
    results[(int)who] = own;
}

int main(void) {
    own = 100;
    for (int i = 0; i < 8; i++)
        if (start(i, count, (void *)i) <= 0)
            return 1;
    for (int i = 0; i < 8; i++) {
        join(i);
        print("thread", results[i]);
    }
    print("first", own);
    print("shared", shared);
    return 0;
}
