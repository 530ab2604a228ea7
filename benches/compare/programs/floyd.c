// Shortest paths between all pairs: minima of integers.
#include "common.h"

int main(int count, char **values) {
    int n = argument(count, values, 1, 64);
    int *path = array(n * n, sizeof *path);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            path[i * n + j] = i * j % 7 + 1;
            if ((i + j) % 13 == 0 || (i + j) % 7 == 0 || (i + j) % 11 == 0)
                path[i * n + j] = 999;
        }
    for (int k = 0; k < n; k++)
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                int around = path[i * n + k] + path[k * n + j];
                if (around < path[i * n + j])
                    path[i * n + j] = around;
            }
    uint64_t sum = 0;
    for (int i = 0; i < n * n; i++)
        sum = mixed(sum, path[i]);
    print_sum(sum);
}
