// The lowest free number is given away.
#include "raw.h"
int main(void) {
    __wasi_fd_t first, numbers[200];
    file("file", "abc"), open_as("file", "r"), first = fd;
    for (int i = 0; i < 200; i++) open_as("file", "r"), numbers[i] = fd;
    int rising = 1;
    for (int i = 0; i < 200; i++) rising &= numbers[i] == first + 1 + i;
    SHOW(rising);
    RAW(fd_close(numbers[150])), RAW(fd_close(numbers[7])), RAW(fd_close(numbers[70]));
    open_as("file", "r"), SHOW(fd == numbers[7]), open_as("file", "r"), SHOW(fd == numbers[70]), open_as("file", "r"), SHOW(fd == numbers[150]);
    open_as("file", "r"), SHOW(fd == first + 201), get(fd), RAW(fd_close(9999)), RAW(fd_close(first)), RAW(fd_close(first));
    return 0;
}
