// WASI for what wasm2c makes of the programs: arguments, standard input and output, the clock,
// random bytes and the end of the process. Left out: files and directories (opening one fails), the
// environment (empty), sockets, polling, rights and flags of descriptors, seeking (every descriptor
// is a stream), and a sandbox for the process itself. A module that imports more does not link.
#include "program.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define WASI(name) w2c_wasi__snapshot__preview1_##name
#define NOT_OPEN 8
#define INVALID 28
#define INPUT_OUTPUT 29
#define NO_SUCH 44
#define IS_STREAM 70

struct w2c_wasi__snapshot__preview1 {
    w2c_program *program;
    int count;
    char **values;
};
typedef struct w2c_wasi__snapshot__preview1 wasi;

// Where `length` bytes of the program's memory are, all of which must be there.
static uint8_t *at(wasi *self, u32 address, u64 length) {
    wasm_rt_memory_t *memory = w2c_program_memory(self->program);
    if (address + length > memory->size)
        wasm_rt_trap(WASM_RT_TRAP_OOB);
    return (uint8_t *)memory->data + address;
}

static void put(wasi *self, u32 address, u32 value) { memcpy(at(self, address, 4), &value, 4); }

static u32 get(wasi *self, u32 address) {
    u32 value;
    memcpy(&value, at(self, address, 4), 4);
    return value;
}

u32 WASI(args_sizes_get)(wasi *self, u32 count, u32 size) {
    u32 bytes = 0;
    for (int i = 0; i < self->count; i++)
        bytes += strlen(self->values[i]) + 1;
    put(self, count, self->count);
    put(self, size, bytes);
    return 0;
}

u32 WASI(args_get)(wasi *self, u32 pointers, u32 text) {
    for (int i = 0; i < self->count; i++) {
        u32 length = strlen(self->values[i]) + 1;
        memcpy(at(self, text, length), self->values[i], length);
        put(self, pointers + 4 * i, text);
        text += length;
    }
    return 0;
}

u32 WASI(environ_sizes_get)(wasi *self, u32 count, u32 size) {
    put(self, count, 0);
    put(self, size, 0);
    return 0;
}

u32 WASI(environ_get)(wasi *self, u32 pointers, u32 text) { return 0; }

// Reads or writes the pieces of a list until one is not whole.
static u32 pieces(wasi *self, u32 fd, u32 list, u32 count, u32 done, int writes) {
    u32 sum = 0;
    if (writes ? fd != 1 && fd != 2 : fd != 0)
        return NOT_OPEN;
    for (u32 i = 0; i < count; i++) {
        u32 length = get(self, list + 8 * i + 4);
        uint8_t *data = at(self, get(self, list + 8 * i), length);
        ssize_t some = writes ? write(fd, data, length) : read(fd, data, length);
        if (some < 0)
            return INPUT_OUTPUT;
        sum += some;
        if (some < length)
            break;
    }
    put(self, done, sum);
    return 0;
}

u32 WASI(fd_write)(wasi *self, u32 fd, u32 list, u32 count, u32 done) {
    return pieces(self, fd, list, count, done, 1);
}
u32 WASI(fd_read)(wasi *self, u32 fd, u32 list, u32 count, u32 done) {
    return pieces(self, fd, list, count, done, 0);
}
u32 WASI(fd_seek)(wasi *self, u32 fd, u64 offset, u32 from, u32 out) {
    return fd < 3 ? IS_STREAM : NOT_OPEN;
}
u32 WASI(fd_close)(wasi *self, u32 fd) { return fd < 3 ? 0 : NOT_OPEN; }
u32 WASI(fd_renumber)(wasi *self, u32 from, u32 to) { return NOT_OPEN; }
u32 WASI(fd_prestat_get)(wasi *self, u32 fd, u32 out) { return NOT_OPEN; }
u32 WASI(fd_prestat_dir_name)(wasi *self, u32 fd, u32 out, u32 length) { return NOT_OPEN; }
u32 WASI(fd_fdstat_set_flags)(wasi *self, u32 fd, u32 flags) { return fd < 3 ? 0 : NOT_OPEN; }

u32 WASI(fd_fdstat_get)(wasi *self, u32 fd, u32 out) {
    if (fd >= 3)
        return NOT_OPEN;
    uint8_t *status = at(self, out, 24);
    memset(status, 0, 24);
    status[0] = 4; // a regular file: what is written to it is kept together
    memset(status + 8, 0xff, 16);
    return 0;
}

u32 WASI(path_open)(wasi *self, u32 fd, u32 look, u32 path, u32 length, u32 how, u64 rights,
                    u64 inherited, u32 flags, u32 out) {
    return NO_SUCH;
}

u32 WASI(clock_time_get)(wasi *self, u32 clock, u64 precision, u32 out) {
    struct timespec now;
    if (clock > 1 || clock_gettime(clock ? CLOCK_MONOTONIC : CLOCK_REALTIME, &now))
        return INVALID;
    u64 time = (u64)now.tv_sec * 1000000000 + now.tv_nsec;
    memcpy(at(self, out, 8), &time, 8);
    return 0;
}

u32 WASI(random_get)(wasi *self, u32 out, u32 length) {
    return getrandom(at(self, out, length), length, 0) == length ? 0 : INPUT_OUTPUT;
}

u32 WASI(sched_yield)(wasi *self) { return 0; }

void WASI(proc_exit)(wasi *self, u32 status) { exit(status); }

int main(int count, char **values) {
    static w2c_program program;
    static wasi self;
    self = (wasi){&program, count, values};
    wasm_rt_init();
    wasm2c_program_instantiate(&program, &self);
    w2c_program_0x5Fstart(&program);
    wasm2c_program_free(&program);
    wasm_rt_free();
}
