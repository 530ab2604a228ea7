// What dots and slashes name is no file.
#include "raw.h"
int main(void) {
    folder("dir"), file("file", "abc"), link_to("dir", "link"), link_to("file", "other");
    RAW(path_unlink_file(3, "")), RAW(path_unlink_file(3, ".")), RAW(path_unlink_file(3, "..")), RAW(path_unlink_file(3, "dir/.")), RAW(path_unlink_file(3, "dir/.."));
    RAW(path_unlink_file(3, "file/.")), RAW(path_unlink_file(3, "file///")), RAW(path_unlink_file(3, "other/")), RAW(path_unlink_file(3, "/"));
    look("link", 0), look("other", 0);
    return 0;
}
