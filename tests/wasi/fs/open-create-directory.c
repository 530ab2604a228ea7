// What is a directory, or is named as one, cannot be made by opening.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("dir", "link");
    opened("dir/", "cw"), opened("dir", "c"), opened("dir", "cr"), opened("new/", "cw"), opened("new/", "c"), opened("file/", "cw");
    opened(".", "cw"), opened("dir/.", "cw"), opened("dir/..", "c"), opened("link", "fcw"), opened("link/", "cw"), opened("", "cw");
    look("new", 0);
    return 0;
}
