// A signal that the program raises ends the process as the signal does.
#include "show.h"
#include <stdlib.h>
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise"))) int __wasi_proc_raise(int);
int main(int argc, char **argv) {
    RAW(proc_raise(0)), RAW(proc_raise(99));
    fflush(stdout);
    RAW(proc_raise(atoi(argv[1])));
    return 0;
}
