// Asks for 64 KiB of memory again and again and writes to it. The argument is how often.
#include "common.h"
#ifndef __wasm__
#include <unistd.h>
#endif

static char *more(void) {
#ifdef __wasm__
    size_t pages = __builtin_wasm_memory_grow(0, 1);
    return pages == (size_t)-1 ? 0 : (char *)(pages << 16);
#else
    char *memory = sbrk(1 << 16);
    return memory == (char *)-1 ? 0 : memory;
#endif
}

int main(int count, char **values) {
    for (int n = argument(count, values, 1, 1); n > 0; n--) {
        volatile char *memory = more();
        if (!memory)
            return 1;
        *memory = 1;
    }
    puts("done");
}
