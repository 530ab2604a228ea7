// Files are renamed, also over files.
#include "raw.h"
int main(void) {
    file("a", "a"), file("b", "bb"), folder("dir");
    RAW(path_rename(3, "a", 3, "c")), look("a", 0), look("c", 0), RAW(path_rename(3, "c", 3, "b")), look("b", 0), look("c", 0);
    RAW(path_rename(3, "b", 3, "b")), RAW(path_rename(3, "gone", 3, "b")), RAW(path_rename(3, "b", 3, "dir")), RAW(path_rename(3, "b", 3, "dir/in"));
    RAW(path_rename(3, "dir/in", 3, "dir/../out")), look("out", 0), RAW(path_rename(3, "out", 3, "gone/x")), RAW(path_rename(3, "out", 3, "out/x"));
    RAW(path_rename(3, "out/x", 3, "y")), RAW(path_rename(3, "", 3, "y")), RAW(path_rename(3, "out", 3, ""));
    return 0;
}
