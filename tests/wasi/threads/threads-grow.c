// Threads make the memory larger, all at once, while others read its size and use what is there.
#include "threads.h"

static _Atomic int done, wrong, pages;

static void grow(void *argument) {
    for (int i = 0; i < 50; i++) {
        int old = __builtin_wasm_memory_grow(0, 1);
        if (old == -1) {
            wrong++;
            continue;
        }
        pages++;
        // The page is this thread's alone: nobody else was given the same.
        int *page = (int *)(old * 65536);
        for (int j = 0; j < 16384; j += 1024) {
            wrong += page[j] != 0;
            page[j] = (int)page;
        }
    }
}

static void read(void *argument) {
    int before = 0;
    while (!done) {
        int size = __builtin_wasm_memory_size(0);
        wrong += size < before;
        before = size;
        // The last byte can be read.
        *(volatile char *)(size * 65536 - 1);
    }
}

int main(void) {
    int first = __builtin_wasm_memory_size(0);
    for (int i = 0; i < 4; i++)
        if (start(i, grow, 0) <= 0 || start(4 + i, read, 0) <= 0)
            return 1;
    for (int i = 0; i < 4; i++)
        join(i);
    done = 1;
    for (int i = 4; i < 8; i++)
        join(i);
    print("wrong", wrong);
    print("pages", pages);
    print("size", (int)__builtin_wasm_memory_size(0) - first);
    // The declared maximum holds.
    print("too much", (int)__builtin_wasm_memory_grow(0, 65536 / 64));
    return 0;
}
