// The exit code passes through.
#include <stdlib.h>
int main(int argc, char **argv) { exit(atoi(argv[1])); }
