// Blurs a picture of bytes: widening, 16-bit sums, shifts and narrowing.
#include "common.h"

typedef uint8_t bytes __attribute__((vector_size(8)));
typedef uint16_t halves __attribute__((vector_size(16)));

static halves wide(const uint8_t *from) {
    bytes value;
    memcpy(&value, from, sizeof value);
    return __builtin_convertvector(value, halves);
}

static void blur(int n, const uint8_t *from, uint8_t *to) {
    for (int y = 1; y < n - 1; y++)
        for (int x = 8; x < n - 8; x += 8) {
            const uint8_t *at = from + y * n + x;
            halves sum = wide(at) * 4 +
                         2 * (wide(at - 1) + wide(at + 1) + wide(at - n) + wide(at + n)) +
                         wide(at - n - 1) + wide(at - n + 1) + wide(at + n - 1) + wide(at + n + 1);
            bytes out = __builtin_convertvector((sum + 8) >> 4, bytes);
            memcpy(to + y * n + x, &out, sizeof out);
        }
}

int main(int count, char **values) {
    int n = argument(count, values, 1, 64) & ~7, times = argument(count, values, 2, 1);
    uint8_t *a = array(n * n, 1), *b = array(n * n, 1);
    for (int i = 0; i < n * n; i++)
        a[i] = b[i] = random_number();
    for (int i = 0; i < times; i++) {
        blur(n, a, b);
        blur(n, b, a);
    }
    uint64_t sum = 0;
    for (int i = 0; i < n * n; i++)
        sum = mixed(sum, a[i]);
    print_sum(sum);
}
