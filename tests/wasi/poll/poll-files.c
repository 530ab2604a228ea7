// Files are always ready: how much there is to read, before and behind the end.
#include "show.h"
static void poll(int tag, int fd) {
    __wasi_subscription_t sub = {.userdata = 5, .u = {.tag = tag}};
    __wasi_event_t event;
    __wasi_size_t count;
    sub.u.u.fd_read.file_descriptor = fd;
    RAW(poll_oneoff(&sub, &event, 1, &count));
    printf("%u: error %d type %d bytes %llu flags %d\n", (unsigned)count, event.error, event.type, tag == 1 ? event.fd_readwrite.nbytes : 0, event.fd_readwrite.flags);
}
int main(void) {
    __wasi_fd_t fd;
    __wasi_filesize_t at;
    RAW(path_open(3, 0, "file", 0, 66, 0, 0, &fd));
    poll(1, fd), poll(2, fd);
    RAW(fd_seek(fd, 4, 0, &at)), poll(1, fd);
    RAW(fd_seek(fd, 100, 0, &at)), poll(1, fd), poll(2, fd);
    RAW(fd_filestat_set_size(fd, 5000000000)), poll(1, fd);
    return 0;
}
