// More random bytes than the kernel delivers at once, and none.
#include "show.h"
#include <stdlib.h>
int main(void) {
    enum { SIZE = 40 << 20 };
    uint8_t *bytes = calloc(SIZE, 1);
    RAW(random_get(bytes, 0)), SHOW(bytes[0]);
    RAW(random_get(bytes, SIZE - 4096));
    // All pages but the last have been written.
    int zero = 0;
    for (int page = 0; page < SIZE / 4096; page++) {
        int sum = 0;
        for (int i = 0; i < 64; i++) sum += bytes[page * 4096 + i];
        zero += !sum;
    }
    SHOW(zero), SHOW(bytes[SIZE - 4096]);
    return 0;
}
