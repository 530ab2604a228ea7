// Signals that nobody waits for are ignored: the program goes on.
#include "show.h"
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise"))) int __wasi_proc_raise(int);
int main(void) {
    // none, chld, cont, urg, winch; then what is no signal.
    RAW(proc_raise(0)), RAW(proc_raise(16)), RAW(proc_raise(17)), RAW(proc_raise(22)), RAW(proc_raise(27));
    RAW(proc_raise(31)), RAW(proc_raise(255)), RAW(proc_raise(-1)), RAW(proc_raise(256));
    return 0;
}
