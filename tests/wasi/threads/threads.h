// Threads without a C library: what wasi-libc's pthread does with `wasi.thread-spawn`, as little of it as possible.

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

__attribute__((import_module("wasi"), import_name("thread-spawn"))) int thread_spawn(void *start);
IMPORT(fd_write) int fd_write(int fd, const void *vectors, int count, int *written);
IMPORT(proc_exit) _Noreturn void proc_exit(int code);

int main(void);

__attribute__((export_name("_start"))) void _start(void) {
    int code = main();
    if (code != 0)
        proc_exit(code);
}

// What a thread starts with. The first two are for the assembly below.
typedef struct {
    char *stack;
    char *tls;
    void (*run)(void *argument);
    void *argument;
    _Atomic int ended;
    int id;
} thread;

extern void __wasm_init_tls(void *tls);

void thread_main(int id, thread *self) {
    __wasm_init_tls(self->tls);
    self->id = id;
    self->run(self->argument);
}

void thread_end(thread *self) {
    // The stack is the next thread's from here on.
    atomic_store(&self->ended, 1);
    __builtin_wasm_memory_atomic_notify((int *)&self->ended, -1);
}

__asm__(".globaltype __stack_pointer, i32\n"
        ".functype thread_main (i32, i32) -> ()\n"
        ".functype thread_end (i32) -> ()\n"
        ".globl wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        "wasi_thread_start:\n"
        ".functype wasi_thread_start (i32, i32) -> ()\n"
        "local.get 1\n"
        "i32.load 0\n"
        "global.set __stack_pointer\n"
        "local.get 0\n"
        "local.get 1\n"
        "call thread_main\n"
        "local.get 1\n"
        "call thread_end\n"
        "end_function\n");
__attribute__((used)) static void *const keep[] = {(void *)thread_main, (void *)thread_end};

#define MOST 64
#define STACK 16384
static _Alignas(16) char stacks[MOST][STACK];
static _Alignas(16) char locals[MOST][2048];
static thread threads[MOST];

// Starts a thread in a place of its own. Its number, or less than 0.
static int start(int place, void (*run)(void *), void *argument) {
    thread *self = &threads[place];
    self->stack = stacks[place] + STACK;
    self->tls = locals[place];
    self->run = run;
    self->argument = argument;
    atomic_store(&self->ended, 0);
    return thread_spawn(self);
}

static void join(int place) {
    while (!atomic_load(&threads[place].ended))
        __builtin_wasm_memory_atomic_wait32((int *)&threads[place].ended, 0, -1);
}

// A lock: 0 free, 1 held, 2 held and waited for.
typedef _Atomic int mutex;

static void lock(mutex *m) {
    int free = 0;
    if (atomic_compare_exchange_strong(m, &free, 1))
        return;
    while (atomic_exchange(m, 2) != 0)
        __builtin_wasm_memory_atomic_wait32((int *)m, 2, -1);
}

static void unlock(mutex *m) {
    if (atomic_exchange(m, 0) == 2)
        __builtin_wasm_memory_atomic_notify((int *)m, 1);
}

// A condition: how often it was signalled.
typedef _Atomic int condition;

static void wait(condition *c, mutex *m) {
    int seen = atomic_load(c);
    unlock(m);
    __builtin_wasm_memory_atomic_wait32((int *)c, seen, -1);
    lock(m);
}

static void signal(condition *c, int count) {
    atomic_fetch_add(c, 1);
    __builtin_wasm_memory_atomic_notify((int *)c, count);
}

static void print(const char *text, long long number) {
    char line[100];
    int length = 0;
    for (; *text; text++)
        line[length++] = *text;
    line[length++] = ' ';
    if (number < 0)
        line[length++] = '-', number = -number;
    char digits[20];
    int count = 0;
    do
        digits[count++] = '0' + number % 10;
    while (number /= 10);
    while (count)
        line[length++] = digits[--count];
    line[length++] = '\n';
    struct {
        const char *bytes;
        int length;
    } vector = {line, length};
    int written;
    fd_write(1, &vector, 1, &written);
}
