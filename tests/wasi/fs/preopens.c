// Granted directories have the names that the program was told, from 3 on.
#include "show.h"
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    __wasi_prestat_t prestat;
    char name[64];
    for (__wasi_fd_t fd = 3; !__wasi_fd_prestat_get(fd, &prestat); fd++) {
        size_t len = prestat.u.dir.pr_name_len;
        RAW(fd_prestat_dir_name(fd, (uint8_t *)name, len));
        printf("%u: tag %d <%.*s>\n", (unsigned)fd, prestat.tag, (int)len, name);
        if (len) RAW(fd_prestat_dir_name(fd, (uint8_t *)name, len - 1));
    }
    SHOW(open("/data/one", O_RDONLY) >= 0), SHOW(open("two", O_RDONLY) >= 0), SHOW(open("/data/../two", O_RDONLY));
    SHOW(open("/elsewhere", O_RDONLY));
    int fd = open("/data/one", O_RDONLY);
    SHOW(rename("/data/one", "moved")), SHOW(access("moved", F_OK));
    return 0;
}
