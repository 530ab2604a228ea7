// Heat that spreads in a cube: a stencil of seven points with strides of three sizes.
#include "common.h"

static double curve(double before, double here, double after) {
    return 0.125 * (after - 2.0 * here + before);
}

static void step(int n, const double *from, double *to) {
    int row = n, plane = n * n;
    for (int i = 1; i < n - 1; i++)
        for (int j = 1; j < n - 1; j++)
            for (int k = 1; k < n - 1; k++) {
                int at = i * plane + j * row + k;
                double here = from[at];
                to[at] = curve(from[at - plane], here, from[at + plane]) +
                         curve(from[at - row], here, from[at + row]) +
                         curve(from[at - 1], here, from[at + 1]) + here;
            }
}

int main(int count, char **values) {
    int n = argument(count, values, 1, 20), steps = argument(count, values, 2, 10);
    double *a = array(n * n * n, sizeof *a), *b = array(n * n * n, sizeof *b);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                a[(i * n + j) * n + k] = b[(i * n + j) * n + k] =
                    (double)(i + j + (n - k)) * 10 / n;
    for (int t = 0; t < steps; t++) {
        step(n, a, b);
        step(n, b, a);
    }
    print_sum(checksum(a, n * n * n));
}
