// Directories are renamed over empty directories only, and not into themselves.
#include "raw.h"
int main(void) {
    folder("a"), folder("b"), folder("full"), file("full/in", "x"), file("file", "abc"), folder("deep"), folder("deep/er");
    RAW(path_rename(3, "a", 3, "b")), look("a", 0), look("b", 0), RAW(path_rename(3, "b", 3, "full")), RAW(path_rename(3, "full", 3, "b")), look("b/in", 0);
    RAW(path_rename(3, "b", 3, "file")), RAW(path_rename(3, "b", 3, "b")), RAW(path_rename(3, "deep", 3, "deep/er/in")), RAW(path_rename(3, "deep", 3, "deep/er"));
    RAW(path_rename(3, "deep/er", 3, "deep")), RAW(path_rename(3, "deep/er", 3, "up")), look("up", 0);
    return 0;
}
