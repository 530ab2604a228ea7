// Through the slash behind its name a link leads to a directory, which is no link.
#include "raw.h"
int main(void) {
    char text[16];
    __wasi_size_t used;
    file("file", "abc"), folder("dir"), link_to("file", "link"), link_to("dir", "dirlink"), link_to("gone", "dangling");
    uint8_t *to = (uint8_t *)text;
    RAW(path_readlink(3, "dirlink/", to, 16, &used)), RAW(path_readlink(3, "link/", to, 16, &used)), RAW(path_readlink(3, "dangling/", to, 16, &used)), RAW(path_readlink(3, "dir/", to, 16, &used));
    RAW(path_readlink(3, "file/", to, 16, &used));
    return 0;
}
