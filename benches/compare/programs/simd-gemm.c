// Multiplies matrices of 32-bit floating point numbers in blocks of four rows and eight columns.
#include "common.h"

typedef float floats __attribute__((vector_size(16)));

static floats load(const float *from) {
    floats value;
    memcpy(&value, from, sizeof value);
    return value;
}

static void store(float *to, floats value) { memcpy(to, &value, sizeof value); }

static void block(int n, const float *a, const float *b, float *c) {
    floats sums[4][2] = {0};
    for (int k = 0; k < n; k++) {
        floats left = load(b + k * n), right = load(b + k * n + 4);
        for (int i = 0; i < 4; i++) {
            sums[i][0] += a[i * n + k] * left;
            sums[i][1] += a[i * n + k] * right;
        }
    }
    for (int i = 0; i < 4; i++) {
        store(c + i * n, sums[i][0]);
        store(c + i * n + 4, sums[i][1]);
    }
}

int main(int count, char **values) {
    int n = argument(count, values, 1, 64) & ~7;
    float *a = array(n * n, sizeof *a), *b = array(n * n, sizeof *b), *c = array(n * n, sizeof *c);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i * n + j] = (float)((i * j + 1) % n) / n;
            b[i * n + j] = (float)(i * (j + 1) % n) / n;
        }
    for (int i = 0; i < n; i += 4)
        for (int j = 0; j < n; j += 8)
            block(n, a + i * n, b + j, c + i * n + j);
    uint64_t sum = 0;
    for (int i = 0; i < n * n; i++)
        sum = mixed_double(sum, c[i]);
    print_sum(sum);
}
