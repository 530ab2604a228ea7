// Counts the ways to place queens on a board: bits and recursion.
#include "common.h"

static uint32_t ways(uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
    if (columns == all)
        return 1;
    uint32_t found = 0;
    for (uint32_t free = all & ~(columns | left | right); free;) {
        uint32_t place = free & -free;
        free ^= place;
        found += ways(all, columns | place, (left | place) << 1, (right | place) >> 1);
    }
    return found;
}

int main(int count, char **values) {
    int size = argument(count, values, 1, 8);
    print_sum(ways((1u << size) - 1, 0, 0, 0));
}
