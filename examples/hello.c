// Says hello, to whoever is named: zig cc -target wasm32-wasi -Os -s hello.c -o hello.wasm
#include <stdio.h>

int main(int argc, char **argv) {
    printf("Hello, %s!\n", argc > 1 ? argv[1] : "world");
    return 0;
}
