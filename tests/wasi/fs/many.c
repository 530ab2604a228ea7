// Hundreds of files are open at once.
#include "show.h"
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    int numbers[300], sum = 0;
    char text[8] = {0};
    for (int i = 0; i < 300; i++) {
        numbers[i] = open("f", O_CREAT | O_RDWR, 0644);
        if (i < 9) write(numbers[i], "123456789", i + 1), lseek(numbers[i], 0, SEEK_SET);
    }
    SHOW(numbers[299] - numbers[0]);
    for (int i = 0; i < 300; i++) sum += pread(numbers[i], text, 1, i % 9);
    SHOW(sum);
    for (int i = 0; i < 300; i++) sum -= close(numbers[i]) == 0;
    SHOW(sum);
    return 0;
}
