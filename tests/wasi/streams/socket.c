// A socket that the process was started with, as standard input.
#include "show.h"
int main(void) {
    uint8_t text[9] = {0};
    __wasi_size_t count;
    __wasi_roflags_t flags = 99;
    __wasi_fd_t fd;
    __wasi_fdstat_t stat;
    __wasi_iovec_t in = {text, 8};
    __wasi_ciovec_t out = {(uint8_t *)"answer", 6};
    RAW(fd_fdstat_get(0, &stat)), SHOW(stat.fs_filetype);
    RAW(sock_recv(0, &in, 1, 1, &count, &flags)), SHOW(count), SHOW(flags), puts((char *)text);
    RAW(sock_recv(0, &in, 1, 0, &count, &flags)), SHOW(count);
    RAW(sock_recv(0, &in, 1, 4, &count, &flags));
    RAW(sock_send(0, &out, 1, 0, &count)), SHOW(count);
    RAW(sock_shutdown(0, 1)), RAW(sock_shutdown(0, 0));
    RAW(sock_recv(0, &in, 1, 0, &count, &flags)), SHOW(count);
    RAW(sock_accept(0, 0, &fd));
    RAW(sock_recv(1, &in, 1, 0, &count, &flags)), RAW(sock_shutdown(1, 1));
    return 0;
}
