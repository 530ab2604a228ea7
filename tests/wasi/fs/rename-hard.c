// Two names of one file: renaming one to the other does nothing.
#include "raw.h"
int main(void) {
    file("a", "abc"), RAW(path_link(3, 0, "a", 3, "b")), RAW(path_rename(3, "a", 3, "b")), look("a", 0), look("b", 0);
    RAW(path_rename(3, "a", 3, "c")), look("a", 0), look("b", 0), look("c", 0);
    return 0;
}
