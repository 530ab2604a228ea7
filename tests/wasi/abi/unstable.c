// Where the structures of `wasi_unstable` differ from those of preview 1.
#include "show.h"
#include <stdint.h>
#define OLD(name) __attribute__((import_module("wasi_unstable"), import_name(#name))) int old_##name
OLD(path_open)(int, int, const char *, int, int, uint64_t, uint64_t, int, int *);
OLD(fd_filestat_get)(int, void *);
OLD(path_filestat_get)(int, int, const char *, int, void *);
OLD(fd_seek)(int, int64_t, int, uint64_t *);
OLD(poll_oneoff)(const void *, void *, int, int *);
OLD(clock_time_get)(int, int64_t, uint64_t *);

struct filestat {
    uint64_t dev, ino;
    uint8_t filetype;
    uint32_t nlink;
    uint64_t size, atim, mtim, ctim;
};

struct subscription {
    uint64_t userdata;
    uint8_t type;
    union {
        struct {
            uint64_t identifier;
            uint32_t id;
            uint64_t timeout, precision;
            uint16_t flags;
        } clock;
        uint32_t fd;
    };
};

struct event {
    uint64_t userdata;
    uint16_t error;
    uint8_t type;
    uint64_t nbytes;
    uint16_t flags;
};

static void compare(struct filestat *old, __wasi_filestat_t *new) {
    printf("type %d, links %d, size %d, behind it %d\n", old->filetype, old->nlink, (int)old->size, (int)old[1].dev);
    printf("same: %d\n", old->dev == new->dev && old->ino == new->ino && old->nlink == new->nlink && old->mtim == new->mtim && old->ctim == new->ctim);
}

OLD(fd_fdstat_get)(int, __wasi_fdstat_t *);

int main(void) {
    int fd, count;
    __wasi_fdstat_t stat;
    uint64_t at, now;
    struct filestat old[2] = {[1] = {.dev = 77}};
    __wasi_filestat_t new;
    printf("sizes %d %d %d\n", (int)sizeof *old, (int)sizeof(struct subscription), (int)sizeof(struct event));
    SHOW(old_path_open(3, 0, "file", 4, 0, 0x26, 0, 0, &fd));
    SHOW(old_fd_filestat_get(fd, old)), RAW(fd_filestat_get(fd, &new)), compare(old, &new);
    SHOW(old_path_filestat_get(3, 0, "sub", 3, old)), RAW(path_filestat_get(3, 0, "sub", &new)), compare(old, &new);
    SHOW(old_fd_fdstat_get(fd, &stat)), SHOW(stat.fs_rights_base), SHOW(stat.fs_rights_inheriting);
    SHOW(old_fd_seek(fd, 3, 2, &at)), SHOW(at); // set
    SHOW(old_fd_seek(fd, 1, 0, &at)), SHOW(at); // current
    SHOW(old_fd_seek(fd, -1, 1, &at)), SHOW(at); // end
    SHOW(old_fd_seek(fd, -10, 0, &at));

    struct event events[3];
    memset(events, 0x55, sizeof events);
    struct subscription subs[2] = {
        {.userdata = 1, .type = 0, .clock = {.identifier = 1ull << 40, .id = 1, .timeout = 2000000}},
        {.userdata = 2, .type = 1, .fd = 99},
    };
    SHOW(old_poll_oneoff(subs, events, 1, &count)), SHOW(count);
    printf("%d type %d error %d\n", (int)events[0].userdata, events[0].type, events[0].error);
    SHOW(old_clock_time_get(1, 0, &now));
    subs[0].clock.flags = 1, subs[0].clock.timeout = now + 3000000;
    SHOW(old_poll_oneoff(subs, events, 1, &count)), SHOW(count);
    SHOW(old_clock_time_get(1, 0, &at)), SHOW(at >= now + 3000000);
    subs[1].fd = fd;
    SHOW(old_poll_oneoff(subs + 1, events, 1, &count)), SHOW(count);
    printf("%d type %d error %d\n", (int)events[0].userdata, events[0].type, events[0].error);
    return 0;
}
