// Links lead on from where they lie.
#include "raw.h"
int main(void) {
    folder("a"), folder("a/b"), file("a/file", "abc"), file("a/b/in", "ab"), link_to("../file", "a/b/up"), link_to("a/b", "ab"), link_to("ab/up", "chain");
    link_to("b/../file", "a/dots"), link_to("./././a", "dotted"), link_to("a/", "slash"), link_to("a//b//in", "slashes"), link_to("a/file/", "wrong"), link_to("a/.", "dot");
    opened("a/b/up", "fr"), opened("ab/up", "fr"), opened("chain", "fr"), opened("a/dots", "fr"), opened("dotted/file", "r"), opened("slash/file", "r"), opened("slashes", "fr");
    opened("wrong", "fr"), opened("dot", "fr"), opened("ab/../file", "r"), opened("slash", "fr"), opened("slash", "r"), opened("ab/up/", "fr"), look("chain", 1), look("wrong", 1);
    return 0;
}
