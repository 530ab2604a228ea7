// A link tells where it leads, as much as there is room for.
#include "raw.h"
int main(void) {
    char text[16];
    __wasi_size_t used;
    file("file", "abc"), folder("dir"), link_to("file", "link"), link_to("dir", "dirlink"), link_to("../file", "dir/up");
    for (int room = 0; room < 7; room++) {
        memset(text, '-', 10), text[10] = 0;
        print("%d: %d", room, (int)__wasi_path_readlink(3, "link", (uint8_t *)text, room, &used)), print(" %u <%s>\n", (unsigned)used, text);
    }
    uint8_t *to = (uint8_t *)text;
    RAW(path_readlink(3, "file", to, 16, &used)), RAW(path_readlink(3, "dir", to, 16, &used)), RAW(path_readlink(3, "gone", to, 16, &used)), RAW(path_readlink(3, ".", to, 16, &used));
    RAW(path_readlink(3, "", to, 16, &used)), RAW(path_readlink(3, "dirlink/up", to, 16, &used)), SHOW(used), RAW(path_readlink(3, "link/x", to, 16, &used));
    RAW(path_readlink(3, "../link", to, 16, &used)), RAW(path_readlink(3, "/link", to, 16, &used));
    return 0;
}
