// Splits a positive definite matrix into triangles: dot products that depend on each other.
#include "common.h"
#include <math.h>

int main(int count, char **values) {
    int n = argument(count, values, 1, 64);
    double *a = array(n * n, sizeof *a);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++)
            a[i * n + j] = (double)(-j % n) / n + 1;
        a[i * n + i] = n;
    }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
            for (int k = 0; k < j; k++)
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
        for (int k = 0; k < i; k++)
            a[i * n + i] -= a[i * n + k] * a[i * n + k];
        a[i * n + i] = sqrt(a[i * n + i]);
    }
    print_sum(checksum(a, n * n));
}
