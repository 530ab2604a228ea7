// A file is renamed neither from nor to a name with a slash behind it; a directory is.
#include "raw.h"
int main(void) {
    file("file", "a"), folder("dir"), folder("empty"), link_to("dir", "link");
    RAW(path_rename(3, "file/", 3, "x")), RAW(path_rename(3, "file", 3, "x/")), RAW(path_rename(3, "file", 3, "dir/")), RAW(path_rename(3, "dir/", 3, "next"));
    RAW(path_rename(3, "next", 3, "last/")), RAW(path_rename(3, "last//", 3, "dir///")), RAW(path_rename(3, "dir/", 3, "empty/"));
    RAW(path_rename(3, "link/", 3, "x")), RAW(path_rename(3, "empty", 3, "link/")), look("file", 0), look("empty", 0), look("link", 0), look("x", 0);
    return 0;
}
