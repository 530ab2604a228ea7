// Threads put numbers into a queue that is too short for them, others take them out: a lock and two conditions.
#include "threads.h"

#define ROOM 4
#define EACH 5000
static int queue[ROOM], first, used;
static mutex guard;
static condition not_full, not_empty;
static long long taken[4];

static void put(void *from) {
    for (int i = 0; i < EACH; i++) {
        lock(&guard);
        while (used == ROOM)
            wait(&not_full, &guard);
        queue[(first + used++) % ROOM] = (int)from + i;
        unlock(&guard);
        signal(&not_empty, 1);
    }
}

static void take(void *who) {
    for (int i = 0; i < EACH; i++) {
        lock(&guard);
        while (used == 0)
            wait(&not_empty, &guard);
        taken[(int)who] += queue[first];
        first = (first + 1) % ROOM;
        used--;
        unlock(&guard);
        signal(&not_full, 1);
    }
}

int main(void) {
    for (int i = 0; i < 4; i++)
        if (start(i, put, (void *)(i * EACH)) <= 0 || start(4 + i, take, (void *)i) <= 0)
            return 1;
    for (int i = 0; i < 8; i++)
        join(i);
    print("sum", taken[0] + taken[1] + taken[2] + taken[3]);
    print("left", used);
    return 0;
}
