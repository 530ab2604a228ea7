// Arguments reach the program as they are.
#include "show.h"
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) printf("%d <%s>\n", i, argv[i]);
    return 0;
}
