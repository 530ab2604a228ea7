// Threads add up the parts of an array; each has a number of its own.
#include "threads.h"

#define COUNT 100000
static int numbers[COUNT];
static _Atomic long long sum;

static void add(void *part) {
    int first = (int)part * (COUNT / 8);
    long long own = 0;
    for (int i = first; i < first + COUNT / 8; i++)
        own += numbers[i];
    sum += own;
}

int main(void) {
    for (int i = 0; i < COUNT; i++)
        numbers[i] = i;
    for (int i = 0; i < 8; i++)
        if (start(i, add, (void *)i) <= 0)
            return 1;
    bool different = true;
    for (int i = 0; i < 8; i++) {
        join(i);
        different &= threads[i].id > 0 && threads[i].id <= 0x1fffffff;
        for (int j = 0; j < i; j++)
            different &= threads[i].id != threads[j].id;
    }
    print("sum", sum);
    print("different", different);
    return 0;
}
