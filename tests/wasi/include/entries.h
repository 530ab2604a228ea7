// What tests of reading directories share.
#include "raw.h"

typedef struct {
    __wasi_dirent_t head;
    char name[64];
} entry;

// The entries behind `cookie` that fit whole into `room` bytes, at most 200: how many.
static int entries(__wasi_fd_t dir, __wasi_dircookie_t cookie, int room, entry *to) {
    static uint8_t bytes[8192];
    __wasi_size_t used;
    int count = 0;
    if (__wasi_fd_readdir(dir, bytes, room, cookie, &used)) return -1;
    for (__wasi_size_t at = 0; at + sizeof to->head <= used && count < 200; count++, to++) {
        memcpy(&to->head, bytes + at, sizeof to->head), at += sizeof to->head;
        if (at + to->head.d_namlen > used) break;
        memcpy(to->name, bytes + at, to->head.d_namlen), to->name[to->head.d_namlen] = 0, at += to->head.d_namlen;
    }
    return count;
}

// Files `letter`00, `letter`01 …
static void files(char letter, int count) {
    char name[] = "d/x00";
    name[2] = letter;
    for (int i = 0; i < count; i++) name[3] = '0' + i / 10, name[4] = '0' + i % 10, file(name, "");
}

// How often each of `count` files of that letter is among the entries: the least and the most.
static void told(const entry *list, int length, char letter, int count) {
    int least = 99, most = 0;
    for (int i = 0; i < count; i++) {
        int found = 0;
        for (int at = 0; at < length; at++) {
            const char *name = list[at].name;
            found += name[0] == letter && name[1] == '0' + i / 10 && name[2] == '0' + i % 10;
        }
        least = found < least ? found : least, most = found > most ? found : most;
    }
    print("each %s: %d to %d times\n", (char[]){letter, 0}, least, most);
}
