// Unknown flags of opening are invalid, and nothing is made.
#include "raw.h"
int main(void) {
    RAW(path_open(3, 0, "x", 16 | 1, 66, 0, 0, &fd)), RAW(path_open(3, 0, "x", 1, 66, 0, 32, &fd)), look("x", 0);
    return 0;
}
