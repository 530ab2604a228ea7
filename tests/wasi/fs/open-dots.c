// Paths of dots and slashes only.
#include "raw.h"
int main(void) {
    folder("dir"), folder("dir/sub");
    opened("", ""), opened(".", ""), opened("./", ""), opened("..", ""), opened("../", ""), opened("/", ""), opened("//", ""), opened("./.", "");
    opened("dir/..", ""), opened("dir/../", ""), opened("dir/../..", ""), opened("dir/../../", ""), opened("dir/sub/../..", "");
    opened("dir/sub/../../..", ""), opened("...", ""), opened("dir/.../..", ""), opened("gone/..", ""), opened("./../.", "");
    return 0;
}
