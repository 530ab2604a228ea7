// Fibonacci numbers by recursion: calls, and next to nothing else.
#include "common.h"

__attribute__((noinline)) static uint32_t fib(uint32_t n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int count, char **values) { print_sum(fib(argument(count, values, 1, 30))); }
