// Calls through a table of functions, which is looked up with numbers that change all the time.
#include "common.h"

typedef uint32_t function(uint32_t, uint32_t);

static uint32_t add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t subtract(uint32_t a, uint32_t b) { return a - b; }
static uint32_t exclusive(uint32_t a, uint32_t b) { return a ^ b; }
static uint32_t multiply(uint32_t a, uint32_t b) { return a * (b | 1); }
static uint32_t rotate(uint32_t a, uint32_t b) { return a << (b & 31) | a >> (-b & 31); }
static uint32_t mask(uint32_t a, uint32_t b) { return a & ~b; }
static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }
static uint32_t both(uint32_t a, uint32_t b) { return a | b >> 3; }

static function *volatile table[8] = {add,    subtract, exclusive, multiply,
                                      rotate, mask,     larger,    both};

int main(int count, char **values) {
    function *functions[8];
    for (int i = 0; i < 8; i++)
        functions[i] = table[i];
    uint32_t sum = 1, which = 0;
    for (int n = argument(count, values, 1, 1) * 1000; n > 0; n--) {
        // A pattern that a branch predictor learns: the call counts, not the miss.
        which = which + 5 & 7;
        sum = functions[which](sum, n) + n;
    }
    print_sum(sum);
}
