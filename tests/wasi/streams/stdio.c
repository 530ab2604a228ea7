// Standard streams are for one direction and have no position, whatever they are: `stdio.rs` makes them files, sockets and terminals
// that are open for both.
#include "raw.h"
#define SEEK_TELL_SIZE (2 | 4 | 32 | 64 | 128 | 256 | 0x400000 | 0x800000)
static uint8_t text[8] = "TAMPERED";
static __wasi_iovec_t into = {text, 4}, nothing = {text, 0};
static __wasi_ciovec_t from = {(const uint8_t *)"TAMPERED", 8}, none = {0, 0};
static __wasi_size_t done;
static __wasi_filesize_t place;

static void wait_for(__wasi_fd_t stream, int direction) {
    __wasi_subscription_t sub = {.u = {.tag = direction}};
    __wasi_event_t event;
    sub.u.u.fd_read.file_descriptor = stream;
    RAW(poll_oneoff(&sub, &event, 1, &done));
}

static void all(__wasi_fd_t stream) {
    __wasi_fdstat_t stat;
    RAW(fd_fdstat_get(stream, &stat)), SHOW(stat.fs_rights_base & SEEK_TELL_SIZE);
    RAW(fd_seek(stream, 0, 0, &place)), RAW(fd_seek(stream, 0, 1, &place)), RAW(fd_seek(stream, -4, 2, &place)), RAW(fd_tell(stream, &place));
    RAW(fd_pread(stream, &into, 1, 0, &done)), RAW(fd_pwrite(stream, &from, 1, 0, &done));
    RAW(fd_filestat_set_size(stream, 0)), RAW(fd_filestat_set_times(stream, 0, 0, 10)), RAW(fd_allocate(stream, 0, 1)), RAW(fd_advise(stream, 0, 0, 0));
    RAW(fd_readdir(stream, text, 8, 0, &done));
}

// A stream that is not for writing, and ones that are not for reading.
static void no_output(__wasi_fd_t stream) {
    RAW(fd_write(stream, &from, 1, &done)), RAW(fd_write(stream, &none, 1, &done)), RAW(fd_write(stream, &from, 0, &done)), wait_for(stream, 2);
}
static void no_input(__wasi_fd_t stream) {
    RAW(fd_read(stream, &into, 1, &done)), RAW(fd_read(stream, &nothing, 1, &done)), RAW(fd_read(stream, &into, 0, &done)), wait_for(stream, 1);
}

int main(void) {
    for (__wasi_fd_t stream = 0; stream < 3; stream++) all(stream);
    no_output(0), no_input(1), no_input(2);
    // Under other numbers they are what they were.
    file("a", "0123456789"), open_as("a", "rw");
    __wasi_fd_t other = fd;
    RAW(fd_renumber(2, other)), all(other), no_input(other);
    open_as("a", "rw"), other = fd;
    RAW(fd_renumber(0, other)), all(other), no_output(other);
    return 0;
}
