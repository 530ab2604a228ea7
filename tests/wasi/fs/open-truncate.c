// O_TRUNC empties files, whatever the rights asked for.
#include "raw.h"
int main(void) {
    file("a", "abc"), file("b", "abc"), file("c", "abc"), file("d", "abc"), folder("dir"), link_to("c", "link"), link_to("d", "other");
    opened("a", "tw"), opened("b", "trw"), opened("link", "ftw"), look("c", 0), opened("other", "tw"), look("d", 0);
    opened("dir", "t"), opened("dir", "tw"), opened("gone", "tw"), opened("new", "ctw"), opened("d", "ctw");
    opened("d", "cxtw"), opened("a/", "tw"), opened("d", "t"), opened("d", "tr");
    return 0;
}
