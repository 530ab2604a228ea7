// Names are UTF-8 of a certain length.
#include "raw.h"
int main(void) {
    static char path[5000];
    opened("caf\xc3\xa9", "cw"), opened("\xf0\x9f\x98\x80", "cw"), opened("a b\tc", "cw"), opened("a\\b", "cw"), opened("*?", "cw");
    static const char *const bad[] = {"\xff", "a\xc3", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "dir/\xff/x"};
    for (int i = 0; i < 7; i++) print("bad %d: %d\n", i, open_as(bad[i], "cw"));
    for (int len = 254; len < 258; len++) memset(path, 'x', len), path[len] = 0, print("%d: %d\n", len, open_as(path, "cw"));
    for (int len = 4090; len < 4100; len++) {
        memset(path, '/', len), path[0] = '.', path[len] = 0;
        print("%d: %d\n", len, open_as(path, ""));
    }
    return 0;
}
