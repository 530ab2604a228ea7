// The Mandelbrot set, four points at a time: vectors of 32-bit floating point numbers and masks.
#include "common.h"

typedef float floats __attribute__((vector_size(16)));
typedef int32_t ints __attribute__((vector_size(16)));

int main(int count, char **values) {
    int size = argument(count, values, 1, 100);
    uint64_t sum = 0;
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x += 4) {
            floats cr = {x, x + 1, x + 2, x + 3}, ci = (floats){0} + (2.0f * y / size - 1.0f),
                   zr = {0}, zi = {0};
            ints steps = {0};
            cr = 2.0f * cr / (float)size - 1.5f;
            for (int i = 0; i < 200; i++) {
                floats rr = zr * zr, ii = zi * zi;
                ints inside = rr + ii <= 4.0f;
                if (!(inside[0] | inside[1] | inside[2] | inside[3]))
                    break;
                steps -= inside;
                zi = 2.0f * zr * zi + ci;
                zr = rr - ii + cr;
            }
            for (int i = 0; i < 4; i++)
                sum = mixed(sum, steps[i]);
        }
    print_sum(sum);
}
