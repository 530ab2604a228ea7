// What is opened for reading, without saying that it is a directory, is known for one or for a file by whichever call comes
// first.
#include "raw.h"
static uint8_t room[64];
static __wasi_iovec_t into[2] = {{room, 0}, {room, 8}};
static __wasi_ciovec_t from = {room, 1};
static __wasi_size_t done;
static __wasi_filesize_t place;
static __wasi_fdstat_t status;
static __wasi_filestat_t stat;
static __wasi_fd_t inner;

static int call(int which) {
    switch (which) {
    case 0: return __wasi_fd_read(fd, into + 1, 1, &done);
    case 1: return __wasi_fd_read(fd, into, 1, &done);
    case 2: return __wasi_fd_read(fd, into, 0, &done);
    case 3: return __wasi_fd_read(fd, into, 2, &done);
    case 4: return __wasi_fd_pread(fd, into + 1, 1, 1, &done);
    case 5: return __wasi_fd_pread(fd, into, 0, 1, &done);
    case 6: return __wasi_fd_write(fd, &from, 1, &done);
    case 7: return __wasi_fd_write(fd, &from, 0, &done);
    case 8: return __wasi_fd_pwrite(fd, &from, 1, 0, &done);
    case 9: return __wasi_fd_seek(fd, 0, 1, &place);
    case 10: return __wasi_fd_readdir(fd, room, 24, 0, &done);
    case 11: return __wasi_fd_fdstat_get(fd, &status) ?: 1000 + status.fs_filetype;
    case 12: return __wasi_fd_filestat_get(fd, &stat) ?: 1000 + stat.filetype;
    case 13: return __wasi_path_open(fd, 0, "in", 0, 2, 0, 0, &inner) ?: 1000 + __wasi_fd_close(inner);
    case 14: return __wasi_path_filestat_get(fd, 0, "in", &stat) ?: 1000 + stat.filetype;
    case 15: return __wasi_fd_advise(fd, 0, 0, 0);
    case 16: return __wasi_fd_close(fd) ?: 1000 + __wasi_fd_close(fd);
    }
    return -1;
}

int main(void) {
    folder("dir"), file("dir/in", "in"), file("file", "contents");
    for (int which = 0; which < 17; which++) {
        print("call %d:", which);
        for (int path = 0; path < 2; path++) {
            if (open_as(path ? "file" : "dir", "r")) return 1;
            print(" %d", call(which)), print(" %d", call(which));
            __wasi_fd_close(fd);
        }
        puts("");
    }
    return 0;
}
