// O_CREAT opens what is there and makes what is not.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("file", "link"), link_to("made", "dangling"), link_to("no/made", "nowhere");
    opened("file", "cw"), opened("file", "c"), opened("file", "cr"), opened("new", "c"), opened("new2", "cr"), opened("dir", "cw");
    opened("link", "fcw"), opened("link", "cw"), opened("dangling", "cw"), look("made", 0), opened("dangling", "fcw"), look("made", 0);
    opened("nowhere", "fcw"), opened("no/new", "cw"), opened("file/new", "cw"), opened("dir/new", "cw"), opened("dir/../new3", "cw");
    return 0;
}
