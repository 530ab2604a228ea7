// A trailing slash, or a trailing dot, means a directory.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), file("dir/in", "ab"), link_to("file", "link"), link_to("dir", "dirlink"), link_to("gone", "dangling");
    opened("file/", "r"), opened("file//", "r"), opened("file/.", "r"), opened("file/..", "r"), opened("dir/", "r"), opened("dir///", "");
    opened("dir/.", "r"), opened("dir/./", ""), opened("dir/..", "r"), opened("link/", "r"), opened("link/", "fr"), opened("dirlink/", "r");
    opened("dirlink/", "fr"), opened("dirlink/.", "r"), opened("dirlink/in", "r"), opened("dirlink//in", "r"), opened("dangling/", "r");
    opened("dangling/", "fr"), opened("./file", "r"), opened(".//./dir/./in", "r"), opened("gone/", "r");
    return 0;
}
