// The loop of icall.c, with a direct call in place of the indirect one. The argument is how often, in
// thousands.
#include "common.h"

__attribute__((noinline)) static uint32_t add(uint32_t a, uint32_t b) { return a + b; }

int main(int count, char **values) {
    uint32_t sum = 1, which = 0;
    for (int n = argument(count, values, 1, 1) * 1000; n > 0; n--) {
        which = which + 5 & 7;
        sum = add(sum, n ^ which) + n;
    }
    print_sum(sum);
}
