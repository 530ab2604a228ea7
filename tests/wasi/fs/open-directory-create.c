// O_DIRECTORY with O_CREAT, O_EXCL or O_TRUNC is not understood, and changes nothing.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir");
    opened("gone", "cd"), opened("dir", "cd"), opened("file", "cd"), opened("gone", "cdx"), opened("dir", "dx");
    opened("file", "dt"), opened("dir", "dt"), opened("gone", "cdw"), opened("gone", "cdxtrw");
    look("gone", 0), look("file", 0);
    return 0;
}
