// A standard stream that was closed from the beginning fails, and no file takes its place.
#include "show.h"
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    char text[8];
    SHOW(read(0, text, 8));
    SHOW(write(2, "lost", 4));
    SHOW(open("f", O_CREAT | O_RDWR, 0644) > 3);
    SHOW(write(2, "lost", 4));
    return 0;
}
