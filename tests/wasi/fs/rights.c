// Rights can be given up and never come back; what is opened by a descriptor has no more than it may pass on.
#include "show.h"
static __wasi_fdstat_t stat;
#define RIGHTS(fd) (void)!__wasi_fd_fdstat_get(fd, &stat), printf("%s: %llu %llu\n", #fd, stat.fs_rights_base, stat.fs_rights_inheriting)
#define DROP(fd, base, below) (void)!__wasi_fd_fdstat_get(fd, &stat), RAW(fd_fdstat_set_rights(fd, stat.fs_rights_base & ~(base), stat.fs_rights_inheriting & ~(below)))
int main(void) {
    uint8_t text[8];
    __wasi_size_t used;
    __wasi_filesize_t at;
    __wasi_filestat_t filestat;
    __wasi_fd_t file, dir, other;
    __wasi_iovec_t in = {text, 8};
    __wasi_ciovec_t out = {(void *)"x", 1};
    RIGHTS(3), RAW(path_open(3, 0, "file", 0, 66, 0, 0, &file)), RIGHTS(file);
    RAW(fd_fdstat_set_rights(file, stat.fs_rights_base, stat.fs_rights_inheriting));
    DROP(file, 2 | 64, 0), RAW(fd_read(file, &in, 1, &used)), RAW(fd_write(file, &out, 1, &used)), RAW(fd_pread(file, &in, 1, 0, &used));
    RAW(fd_fdstat_set_rights(file, stat.fs_rights_base, 0)), RAW(fd_fdstat_set_rights(file, -1, 0));
    RAW(fd_seek(file, 1, 0, &at)), DROP(file, 4, 0), RAW(fd_seek(file, 1, 0, &at)), RAW(fd_seek(file, 0, 1, &at)), RAW(fd_tell(file, &at));
    DROP(file, 32, 0), RAW(fd_tell(file, &at)), RAW(fd_filestat_get(file, &filestat)), RAW(fd_sync(file)), RAW(fd_close(file));
    RAW(path_open(3, 0, "file", 0, 66, 0, 0, &file)), DROP(file, 0x8e09989, 0);
    RAW(fd_datasync(file)), RAW(fd_fdstat_set_flags(file, 0)), RAW(fd_sync(file)), RAW(fd_advise(file, 0, 0, 0)), RAW(fd_allocate(file, 0, 1));
    RAW(fd_filestat_get(file, &filestat)), RAW(fd_filestat_set_size(file, 1)), RAW(fd_filestat_set_times(file, 0, 0, 0)), RAW(fd_read(file, &in, 1, &used));
    RAW(path_open(3, 0, "sub", 2, 0, 0, 0, &dir)), DROP(dir, 0x80000, 2 | 64), RIGHTS(dir);
    RAW(path_open(dir, 0, "f", 8, 0, 0, 0, &other)), RAW(path_open(dir, 0, "f", 0, 2, 0, 0, &other));
    RAW(path_open(dir, 0, "f", 0, 0, -1, 0, &other)), RIGHTS(other), RAW(fd_read(other, &in, 1, &used)), RAW(fd_tell(other, &at));
    RAW(fd_renumber(other, file)), RAW(fd_read(file, &in, 1, &used)), RAW(path_open(3, 0, "file", 0, 66, 0, 0, &other)), RAW(fd_read(other, &in, 1, &used));
    DROP(dir, -1, -1), RAW(path_create_directory(dir, "d")), RAW(path_filestat_get(dir, 0, "f", &filestat)), RAW(path_filestat_set_times(dir, 0, "f", 0, 0, 0));
    RAW(path_link(dir, 0, "f", 3, "g")), RAW(path_link(3, 0, "file", dir, "g")), RAW(path_open(dir, 0, "f", 0, 0, 0, 0, &other)), RAW(path_readlink(dir, "f", text, 8, &used));
    RAW(path_remove_directory(dir, "f")), RAW(path_rename(dir, "f", 3, "g")), RAW(path_rename(3, "file", dir, "g")), RAW(path_symlink("f", dir, "g"));
    RAW(path_unlink_file(dir, "f")), RAW(fd_readdir(dir, text, 8, 0, &used)), RAW(fd_close(dir));
    DROP(1, 0x8000000, 0);
    __wasi_subscription_t sub = {.u = {.tag = 2, .u.fd_write.file_descriptor = 1}};
    __wasi_event_t event;
    RAW(poll_oneoff(&sub, &event, 1, &used));
    return 0;
}
