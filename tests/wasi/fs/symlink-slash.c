// A link is not made under a name with a slash behind it.
#include "raw.h"
int main(void) {
    file("file", "abc"), folder("dir"), link_to("dir", "link");
    RAW(path_symlink("x", 3, "new/")), RAW(path_symlink("x", 3, "file/")), RAW(path_symlink("x", 3, "dir/")), RAW(path_symlink("x", 3, "link/")), RAW(path_symlink("x", 3, "file///"));
    RAW(path_symlink("x", 3, "")), RAW(path_symlink("x", 3, ".")), RAW(path_symlink("x", 3, "dir/..")), RAW(path_symlink("x", 3, "../x")), RAW(path_symlink("x", 3, "/x")), look("new", 0);
    return 0;
}
