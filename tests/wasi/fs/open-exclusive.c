// O_CREAT|O_EXCL makes something new or fails, whatever is there.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("file", "link"), link_to("gone", "dangling"), link_to("self", "self");
    opened("file", "cxw"), opened("dir", "cxw"), opened("link", "cxw"), opened("link", "fcxw"), opened("dangling", "cxw");
    opened("dangling", "fcxw"), opened("self", "fcxw"), opened("new", "cxw"), opened("new", "cxw"), opened("other", "fcx");
    opened("file", "xr"), opened(".", "cx"), opened("dir/../new2", "cxw"), opened("dir/new3", "cxw"), opened("no/new", "cxw");
    look("gone", 0);
    return 0;
}
