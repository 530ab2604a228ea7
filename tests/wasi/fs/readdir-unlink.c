// Every entry is seen, although each is removed as it is read.
#include "entries.h"
#include <dirent.h>
#include <unistd.h>
int main(void) {
    char path[32] = "d/";
    folder("d");
    for (char letter = 'a'; letter < 'i'; letter++) files(letter, 100);
    DIR *dir = opendir("d");
    int removed = 0, left = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        strcpy(path + 2, entry->d_name), removed += !unlink(path);
    }
    rewinddir(dir);
    while (readdir(dir)) left++;
    SHOW(removed), SHOW(left), SHOW(closedir(dir));
    return 0;
}
