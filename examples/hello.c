// Says hello, to whoever is named: zig cc -target wasm32-wasi -Os -s hello.c -o hello.wasm
// As a component: wasm-tools component new hello.wasm --adapt wasi_snapshot_preview1.command.wasm -o hello.component.wasm
// (the adapter is in npm's @bytecodealliance/jco 1.35.0)
#include <stdio.h>

int main(int argc, char **argv) {
    printf("Hello, %s!\n", argc > 1 ? argv[1] : "world");
    return 0;
}
