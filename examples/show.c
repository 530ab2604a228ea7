// Copies files to standard output, like cat: zig cc -target wasm32-wasi -Os -s show.c -o show.wasm
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int copy(FILE *from) {
    char buffer[4096];
    size_t bytes;
    while ((bytes = fread(buffer, 1, sizeof buffer, from)) > 0)
        if (fwrite(buffer, 1, bytes, stdout) != bytes)
            return -1;
    return ferror(from) ? -1 : 0;
}

int main(int argc, char **argv) {
    int status = 0;
    if (argc < 2)
        return copy(stdin) ? 1 : 0;
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file || copy(file)) {
            fprintf(stderr, "show: %s: %s\n", argv[i], strerror(errno));
            status = 1;
        }
        if (file)
            fclose(file);
    }
    return status;
}
