// Multiplies matrices, row by row.
#include "common.h"

int main(int count, char **values) {
    int n = argument(count, values, 1, 64);
    double *a = array(n * n, sizeof *a), *b = array(n * n, sizeof *b), *c = array(n * n, sizeof *c);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i * n + j] = (double)((i * j + 1) % n) / n;
            b[i * n + j] = (double)(i * (j + 1) % n) / n;
            c[i * n + j] = (double)(i * (j + 2) % n) / n;
        }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++)
            c[i * n + j] *= 1.2;
        for (int k = 0; k < n; k++)
            for (int j = 0; j < n; j++)
                c[i * n + j] += 1.5 * a[i * n + k] * b[k * n + j];
    }
    print_sum(checksum(c, n * n));
}
