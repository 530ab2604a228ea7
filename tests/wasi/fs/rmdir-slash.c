// Directories are removed with slashes behind their names too, but not through links.
#include "raw.h"
int main(void) {
    folder("a"), folder("b"), folder("c"), link_to("c", "link");
    RAW(path_remove_directory(3, "a/")), RAW(path_remove_directory(3, "b///")), RAW(path_remove_directory(3, "link/")), look("a", 0), look("b", 0), look("c", 0);
    return 0;
}
