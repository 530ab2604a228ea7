// The Mandelbrot set: floating point in registers.
#include "common.h"

int main(int count, char **values) {
    int size = argument(count, values, 1, 100);
    uint64_t sum = 0;
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            double cr = 2.0 * x / size - 1.5, ci = 2.0 * y / size - 1.0, zr = 0, zi = 0;
            int i = 0;
            for (; i < 200; i++) {
                double rr = zr * zr, ii = zi * zi;
                if (rr + ii > 4.0)
                    break;
                zi = 2.0 * zr * zi + ci;
                zr = rr - ii + cr;
            }
            sum = mixed(sum, i);
        }
    print_sum(sum);
}
