// Numbers that stand for nothing, or for something of another kind.
#include "show.h"
int main(void) {
    uint8_t text[8];
    __wasi_size_t used;
    __wasi_fdstat_t fdstat;
    __wasi_filestat_t stat;
    __wasi_filesize_t at;
    __wasi_fd_t fd;
    __wasi_prestat_t prestat;
    __wasi_iovec_t in = {text, 8};
    __wasi_ciovec_t out = {text, 0};
    RAW(fd_close(99)), RAW(fd_read(99, &in, 1, &used)), RAW(fd_write(99, &out, 1, &used)), RAW(fd_seek(99, 0, 0, &at));
    RAW(fd_tell(99, &at)), RAW(fd_sync(99)), RAW(fd_datasync(99)), RAW(fd_fdstat_get(99, &fdstat));
    RAW(fd_fdstat_set_flags(99, 0)), RAW(fd_filestat_get(99, &stat)), RAW(fd_filestat_set_size(99, 0));
    RAW(fd_filestat_set_times(99, 0, 0, 0)), RAW(fd_pread(99, &in, 1, 0, &used)), RAW(fd_pwrite(99, &out, 1, 0, &used));
    RAW(fd_prestat_get(99, &prestat)), RAW(fd_prestat_dir_name(99, text, 8)), RAW(fd_readdir(99, text, 8, 0, &used));
    RAW(fd_renumber(99, 1)), RAW(fd_renumber(1, 99)), RAW(fd_advise(99, 0, 0, 0)), RAW(fd_allocate(99, 0, 1));
    RAW(path_open(99, 0, "f", 0, 2, 0, 0, &fd)), RAW(path_unlink_file(99, "f")), RAW(path_rename(3, "f", 99, "g"));
    RAW(path_filestat_get(1, 0, "f", &stat)), RAW(path_open(1, 0, "f", 0, 2, 0, 0, &fd));
    RAW(fd_read(3, &in, 1, &used)), RAW(fd_write(3, &out, 1, &used)), RAW(fd_seek(3, 0, 0, &at)), RAW(fd_filestat_set_size(3, 0));
    RAW(fd_advise(3, 0, 0, 0)), RAW(fd_allocate(3, 0, 1)), RAW(fd_fdstat_set_flags(3, 0)), RAW(fd_prestat_get(1, &prestat));
    RAW(path_open(3, 0, "f", 1, 66, 0, 0, &fd)), RAW(path_open(fd, 0, "f", 0, 2, 0, 0, &fd)), RAW(fd_readdir(fd, text, 8, 0, &used));
    RAW(fd_prestat_get(fd, &prestat)), RAW(fd_prestat_dir_name(fd, text, 8)), RAW(path_unlink_file(fd, "f")), RAW(fd_close(fd)), RAW(fd_close(fd));
    RAW(sock_shutdown(99, 1)), RAW(fd_fdstat_set_rights(99, 0, 0));
    return 0;
}
