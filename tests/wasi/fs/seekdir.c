// Positions in a directory fit into a `long`, and lead to the same place when it was read again, and when others were removed or added.
#include "entries.h"
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>
enum { COUNT = 202 };
static char *names[COUNT];
static long places[COUNT + 1];
static int gone[COUNT];

// From how many positions exactly those follow that are still there, in the same order; new ones may be among them.
static int right(DIR *dir) {
    int right = 0;
    for (int from = COUNT; from >= 0; from--) {
        seekdir(dir, places[from]);
        int next = from;
        for (struct dirent *entry; (entry = readdir(dir));) {
            if (entry->d_name[0] == 'c') continue;
            while (next < COUNT && gone[next]) next++;
            if (next == COUNT || strcmp(entry->d_name, names[next])) next = COUNT + 1;
            else next++;
        }
        while (next < COUNT && gone[next]) next++;
        right += next == COUNT;
    }
    return right;
}

static void remove_some(int from, int to, int step) {
    char path[32] = "d/";
    for (int i = from; i < to; i += step) {
        if (names[i][0] == '.' || gone[i]) continue;
        strcpy(path + 2, names[i]), gone[i] = !unlink(path);
    }
}

int main(void) {
    folder("d"), files('a', 100), files('b', 100);
    DIR *dir = opendir("d"), *other = opendir("d");
    int count = 0, seen = 0;
    for (struct dirent *entry; places[count] = telldir(dir), entry = readdir(dir); count++) {
        if (count == COUNT) return 1;
        names[count] = strdup(entry->d_name);
    }
    SHOW(count), SHOW(right(dir));
    rewinddir(dir), SHOW(right(dir));
    while (readdir(other)) seen++;
    SHOW(seen), SHOW(closedir(other)), SHOW(right(dir));
    for (int i = 0; i < 3; i++) seekdir(dir, places[i * 90]), readdir(dir), SHOW(telldir(dir) == places[i * 90 + 1]);
    remove_some(0, COUNT, 3), SHOW(right(dir));
    files('c', 50), SHOW(right(dir));
    rewinddir(dir);
    while (readdir(dir)) {}
    SHOW(right(dir));
    remove_some(60, 170, 1), SHOW(right(dir));
    int wide = 0;
    static entry list[400];
    for (int at = 0, count = entries(dirfd(dir), 0, 8192, list); at < count; at++) wide += list[at].head.d_next >> 31 != 0;
    SHOW(wide);
    // Another directory under the same number.
    closedir(dir), folder("e"), dir = opendir("e");
    seekdir(dir, places[150]), SHOW(readdir(dir) == 0);
    rewinddir(dir), seen = 0;
    while (readdir(dir)) seen++;
    SHOW(seen);
    return 0;
}
