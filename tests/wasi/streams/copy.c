// Standard input to standard output, in pieces of the default size.
#include <stdio.h>
int main(void) {
    int byte;
    while ((byte = getchar()) != EOF) putchar(byte);
    return ferror(stdin) || fflush(stdout);
}
