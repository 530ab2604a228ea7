// What limits do to programs with threads. See ../wasi/threads/threads.h for how it is built. The first argument says what to do.
#include "../wasi/threads/threads.h"

IMPORT(args_get) int args_get(char **arguments, char *bytes);
IMPORT(path_open)
int path_open(int dir, int lookup, const char *path, int length, int create, long long rights, long long below, int flags, int *opened);
IMPORT(fd_read) int fd_read(int fd, const void *vectors, int count, int *read);
IMPORT(fd_close) int fd_close(int fd);

static _Atomic int count, done, wrong;

static void sleep(void *argument) {
    int never = 0;
    count++;
    __builtin_wasm_memory_atomic_wait32(&never, 0, -1);
}

static void spin(void *argument) {
    count++;
    for (;;)
        ;
}

// Uses some of the native stack for each level.
__attribute__((noinline)) static int deep(int levels) {
    volatile int here = levels;
    return levels == 0 ? 0 : deep(levels - 1) + (here == levels);
}

// Native code keeps these values somewhere while it calls.
static void descend(void *levels) {
    print("levels", deep((int)levels));
}

static int open(void) {
    int fd = -1;
    return path_open(3, 0, "file", 4, 0, 2, 0, 0, &fd) ? -1 : fd;
}

static void keep_open(void *argument) {
    for (int i = 0; i < 50; i++)
        if (open() >= 0)
            count++;
}

static void open_and_close(void *argument) {
    while (!done)
        wrong += fd_close(open()) != 0;
}

// Standard input is closed: nothing is ever read from it.
static void read_nothing(void *argument) {
    char byte;
    struct {
        char *bytes;
        int length;
    } vector = {&byte, 1};
    int read;
    for (int i = 0; i < 20000; i++)
        wrong += fd_read(0, &vector, 1, &read) != 8;
    done = 1;
}

int main(void) {
    static char *arguments[8], bytes[1000];
    if (args_get(arguments, bytes))
        return 2;
    switch (arguments[1][0]) {
    case 'm': {
        // As many as there can be.
        int started = 0;
        static thread each[10000];
        while (started < 10000) {
            thread *self = &each[started];
            self->stack = stacks[0] + STACK;
            self->tls = locals[0];
            self->run = sleep;
            if (thread_spawn(self) < 0)
                break;
            started++;
        }
        while (count < started)
            ;
        print(started > 0 && started < 10000 ? "some" : "all or none", 0);
        break;
    }
    case 's':
        if (start(0, spin, 0) <= 0 || start(1, sleep, 0) <= 0)
            return 1;
        sleep(0);
        break;
    case 'd':
        if (start(0, descend, (void *)100) <= 0)
            return 1;
        join(0);
        break;
    case 'o':
        for (int i = 0; i < 8; i++)
            if (start(i, keep_open, 0) <= 0)
                return 1;
        for (int i = 0; i < 8; i++)
            join(i);
        print("open", count);
        break;
    case 'c':
        // What closes a stream may do so before there are threads, or the program itself.
        fd_close(0);
        if (fd_close(1) || open() != 0 || open() != 1 || fd_close(0) || fd_close(1))
            return 3;
        for (int i = 0; i < 4; i++)
            if (start(i, open_and_close, 0) <= 0)
                return 1;
        // What is opened gets the lowest free number: it must not be taken for a stream.
        int held = open();
        if (held < 0)
            return 4;
        done = 1;
        for (int i = 0; i < 4; i++)
            join(i);
        return wrong ? 5 : 7;
    case 'r':
        for (int i = 0; i < 4; i++)
            if (start(i, open_and_close, 0) <= 0)
                return 1;
        read_nothing(0);
        for (int i = 0; i < 4; i++)
            join(i);
        print("wrong", wrong);
        break;
    }
    return 0;
}
