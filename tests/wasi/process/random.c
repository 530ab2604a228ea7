// Random bytes, few and many.
#include "show.h"
#include <stdlib.h>
int main(void) {
    static uint8_t bytes[100000], other[100000];
    RAW(random_get(bytes, sizeof bytes)), RAW(random_get(other, sizeof other));
    SHOW(memcmp(bytes, other, sizeof bytes) != 0);
    int seen[256] = {0}, values = 0;
    for (unsigned i = 0; i < sizeof bytes; i++) values += !seen[bytes[i]]++;
    SHOW(values);
    uint8_t guard[3] = {1, 2, 3};
    RAW(random_get(guard + 1, 0));
    SHOW(guard[0] == 1 && guard[1] == 2 && guard[2] == 3);
    return 0;
}
