// Unknown flags of a look-up are invalid.
#include "raw.h"
int main(void) {
    __wasi_filestat_t stat;
    file("file", "abc");
    RAW(path_filestat_get(3, 2, "file", &stat)), RAW(path_open(3, 4, "file", 0, 2, 0, 0, &fd)), RAW(path_link(3, 2, "file", 3, "x")), RAW(path_filestat_set_times(3, 2, "file", 1, 1, 5)), look("x", 0);
    return 0;
}
