// Averages of neighbours in a square, again and again.
#include "common.h"

static void step(int n, const double *from, double *to) {
    for (int i = 1; i < n - 1; i++)
        for (int j = 1; j < n - 1; j++) {
            const double *at = from + i * n + j;
            to[i * n + j] = 0.2 * (at[0] + at[-1] + at[1] + at[n] + at[-n]);
        }
}

int main(int count, char **values) {
    int n = argument(count, values, 1, 64), steps = argument(count, values, 2, 10);
    double *a = array(n * n, sizeof *a), *b = array(n * n, sizeof *b);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i * n + j] = ((double)i * (j + 2) + 2) / n;
            b[i * n + j] = ((double)i * (j + 3) + 3) / n;
        }
    for (int t = 0; t < steps; t++) {
        step(n, a, b);
        step(n, b, a);
    }
    print_sum(checksum(a, n * n));
}
