// O_DIRECTORY: only directories, and none is made.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("file", "link"), link_to("dir", "dirlink");
    opened("file", "d"), opened("dir", "d"), opened("link", "d"), opened("link", "fd"), opened("dirlink", "d");
    opened("dirlink", "fd"), opened("gone", "d"), opened("dir", "dr"), opened("dir", "dw"), opened("dir", "drw");
    opened("dir", "w"), opened("dir", "rw"), opened("dir", ""), opened("dir", "r"), opened("file", "drw");
    return 0;
}
