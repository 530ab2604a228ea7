// A number takes over what another stood for, which is free then.
#include "show.h"
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    char text[8] = {0};
    int a = open("a", O_CREAT | O_RDWR, 0644), b = open("b", O_CREAT | O_RDWR, 0644);
    SHOW(b == a + 1);
    SHOW(write(a, "aaa", 3)), SHOW(write(b, "b", 1));
    RAW(fd_renumber(a, b));
    SHOW(write(a, "x", 1));
    SHOW(lseek(b, 0, SEEK_SET)), SHOW(read(b, text, 8)), puts(text);
    RAW(fd_renumber(b, b));
    SHOW(open("b", O_RDONLY) == a);
    SHOW(read(a, text, 8));
    return 0;
}
