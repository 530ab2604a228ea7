// Neither the granted directory nor what dots name is renamed.
#include "raw.h"
int main(void) {
    folder("a"), folder("a/b"), file("file", "x");
    RAW(path_rename(3, ".", 3, "x")), RAW(path_rename(3, "a", 3, ".")), RAW(path_rename(3, "a/.", 3, "x")), RAW(path_rename(3, "a", 3, "x/."));
    RAW(path_rename(3, "a/b/..", 3, "x")), RAW(path_rename(3, "a", 3, "..")), RAW(path_rename(3, "a", 3, "../x")), RAW(path_rename(3, "../x", 3, "x"));
    RAW(path_rename(3, "file", 3, "/x")), RAW(path_rename(3, "/file", 3, "x")), RAW(path_rename(3, "a/b/../b", 3, "x")), look("x", 0);
    return 0;
}
