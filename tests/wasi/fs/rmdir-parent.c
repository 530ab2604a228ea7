// What `..` names holds something: at least what the path came from.
#include "raw.h"
int main(void) {
    folder("a"), folder("a/b"), link_to("a", "link");
    RAW(path_remove_directory(3, "a/b/..")), RAW(path_remove_directory(3, "a/..")), RAW(path_unlink_file(3, "a/b/..")), RAW(path_unlink_file(3, "link/")), look("a/b", 0);
    return 0;
}
