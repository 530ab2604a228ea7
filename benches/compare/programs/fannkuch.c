// Flips of all permutations: short loops over small arrays, and branches that are hard to foresee.
#include "common.h"

#define MOST 16

static int flips(const int *permutation, int n) {
    int now[MOST], count = 0;
    for (int i = 0; i < n; i++)
        now[i] = permutation[i];
    for (int first; (first = now[0]) != 0; count++)
        for (int low = 0, high = first; low < high; low++, high--) {
            int kept = now[low];
            now[low] = now[high];
            now[high] = kept;
        }
    return count;
}

static uint64_t all_permutations(int n) {
    int permutation[MOST], left[MOST], most = 0, sum = 0, r = n;
    for (int i = 0; i < n; i++)
        permutation[i] = i;
    for (int sign = 1;; sign = -sign) {
        for (; r != 1; r--)
            left[r - 1] = r;
        int found = flips(permutation, n);
        most = found > most ? found : most;
        sum += sign * found;
        for (;; r++) {
            if (r == n)
                return mixed(mixed(0, most), (uint32_t)sum);
            int first = permutation[0];
            for (int i = 0; i < r; i++)
                permutation[i] = permutation[i + 1];
            permutation[r] = first;
            if (--left[r] > 0)
                break;
        }
    }
}

int main(int count, char **values) {
    int n = argument(count, values, 1, 8);
    if (n < 2 || n > MOST)
        return 1;
    uint64_t sum = 0;
    for (int times = argument(count, values, 2, 1); times > 0; times--)
        sum = mixed(sum, all_permutations(n));
    print_sum(sum);
}
