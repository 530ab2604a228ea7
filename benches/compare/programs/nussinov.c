// Folds a sequence of RNA: dynamic programming with maxima of integers.
#include "common.h"

static int larger(int a, int b) { return a > b ? a : b; }

int main(int count, char **values) {
    int n = argument(count, values, 1, 100);
    uint8_t *bases = array(n, 1);
    int *table = array(n * n, sizeof *table);
    for (int i = 0; i < n; i++)
        bases[i] = (i + 1) % 4;
    for (int i = n - 1; i >= 0; i--)
        for (int j = i + 1; j < n; j++) {
            int best = larger(table[i * n + j], table[i * n + j - 1]);
            if (i + 1 < n) {
                best = larger(best, table[(i + 1) * n + j]);
                best = larger(best,
                              table[(i + 1) * n + j - 1] + (i < j - 1 && bases[i] + bases[j] == 3));
            }
            for (int k = i + 1; k < j; k++)
                best = larger(best, table[i * n + k] + table[(k + 1) * n + j]);
            table[i * n + j] = best;
        }
    uint64_t sum = 0;
    for (int i = 0; i < n * n; i++)
        sum = mixed(sum, table[i]);
    print_sum(sum);
}
