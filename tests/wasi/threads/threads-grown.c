// A thread makes the memory larger again and again while others make host calls with pointers into what was just added, up to
// its very end: the bytes are right. Then a pointer behind the end is as wrong as ever; the argument says whose.
#include "threads.h"

IMPORT(path_open)
int path_open(int dir, int lookup, const char *path, int length, int create, long long rights, long long below, int flags, int *opened);
IMPORT(fd_read) int fd_read(int fd, const void *vectors, int count, int *read);
IMPORT(fd_pread) int fd_pread(int fd, const void *vectors, int count, long long offset, int *read);
IMPORT(fd_pwrite) int fd_pwrite(int fd, const void *vectors, int count, long long offset, int *written);
IMPORT(fd_seek) int fd_seek(int fd, long long offset, int from, long long *now);
IMPORT(fd_close) int fd_close(int fd);
IMPORT(random_get) int random_get(void *into, int length);
IMPORT(args_get) int args_get(char **pointers, char *texts);
IMPORT(args_sizes_get) int args_sizes_get(int *count, int *size);
IMPORT(poll_oneoff) int poll_oneoff(const void *subscriptions, void *events, int count, int *stored);
IMPORT(sched_yield) int sched_yield(void);

#define DIR 3
#define PAGE 65536
#define GROWN 700
#define LENGTH 1000

typedef struct {
    char *bytes;
    int length;
} vector;

enum { READ, WRITE, OPEN, RANDOM, VECTORS, ARGUMENTS, POLL, WORKERS };

// The page that was added last, and for each worker the last one that it has used.
static char *_Atomic newest;
static char *_Atomic used[WORKERS];
static _Atomic int done, wrong[WORKERS], failed;

static int open(const char *name, int create, long long rights) {
    int fd = -1;
    return path_open(DIR, 0, name, 2, create, rights, 0, 0, &fd) ? -1 : fd;
}

// What stands in the file `in`.
static char expected(int at) {
    return 'a' + at % 26;
}

// Each worker has a part of the page; the last one's ends where the memory does.
static char *part(char *page, int worker) {
    return page + PAGE - (WORKERS - worker) * 8192;
}

static bool all_expected(const char *bytes) {
    for (int i = 0; i < LENGTH; i++)
        if (bytes[i] != expected(i))
            return false;
    return true;
}

static bool reads(int fd, char *room) {
    // The vector, the count and the bytes: the last of them are the last of the room.
    vector *one = (vector *)room;
    int *count = (int *)(room + 8);
    *one = (vector){room + 8192 - LENGTH, LENGTH};
    *count = 0;
    long long *now = (long long *)(room + 16);
    return !fd_seek(fd, 0, 0, now) && !*now && !fd_read(fd, one, 1, count) && *count == LENGTH && all_expected(one->bytes);
}

static bool writes(int fd, char *room) {
    vector *one = (vector *)(room + 8192 - sizeof *one);
    int *count = (int *)room;
    *one = (vector){room + 64, LENGTH};
    for (int i = 0; i < LENGTH; i++)
        one->bytes[i] = expected(i);
    if (fd_pwrite(fd, one, 1, 0, count) || *count != LENGTH)
        return false;
    one->bytes += 4096;
    return !fd_pread(fd, one, 1, 0, count) && *count == LENGTH && all_expected(one->bytes);
}

static bool opens(char *room) {
    char *name = room + 8192 - 2;
    int *fd = (int *)room;
    name[0] = 'i', name[1] = 'n';
    *fd = -1;
    return !path_open(DIR, 0, name, 2, 0, 2, 0, 0, fd) && *fd > DIR && !fd_close(*fd);
}

static bool randoms(char *room) {
    int set = 0;
    if (random_get(room + 8192 - 64, 64))
        return false;
    for (int i = 0; i < 64; i++)
        set += room[8192 - 64 + i] != 0;
    // What is before them is as it was.
    return set > 16 && !room[8192 - 65];
}

static bool scatters(int fd, char *room) {
    // The bytes in many pieces, the last piece first in memory.
    enum { PIECES = LENGTH / 10 };
    vector *pieces = (vector *)(room + 8192 - PIECES * sizeof *pieces);
    int *count = (int *)room;
    char *bytes = room + 64;
    for (int i = 0; i < PIECES; i++)
        pieces[i] = (vector){bytes + (PIECES - 1 - i) * 10, 10};
    // A call may read less than all.
    for (int read = 0; read < LENGTH; read += *count)
        if (fd_pread(fd, pieces + read / 10, PIECES - read / 10, read, count) || *count <= 0 || *count % 10)
            return false;
    for (int i = 0; i < LENGTH; i++)
        if (pieces[i / 10].bytes[i % 10] != expected(i))
            return false;
    return true;
}

static bool is(const char *text, const char *word) {
    while (*text && *text == *word)
        text++, word++;
    return *text == *word;
}

static bool arguments(char *room, int count, int size) {
    char **pointers = (char **)room, *texts = room + 8192 - size;
    return !args_get(pointers, texts) && pointers[0] == texts && is(pointers[count - 1], "last");
}

static bool polls(char *room) {
    typedef struct {
        long long user;
        char kind, pad[7];
        int clock, pad2;
        long long timeout, precision;
        short flags, pad3[3];
    } subscription;
    enum { COUNT = 20 };
    subscription *subscriptions = (subscription *)room;
    char *events = room + 8192 - COUNT * 32;
    int *stored = (int *)(room + 4096);
    for (int i = 0; i < COUNT; i++)
        subscriptions[i] = (subscription){.user = (int)room + i, .clock = 1};
    if (poll_oneoff(subscriptions, events, COUNT, stored) || *stored != COUNT)
        return false;
    for (int i = 0; i < COUNT; i++)
        if (*(long long *)(events + i * 32) != (int)room + i || *(short *)(events + i * 32 + 8))
            return false;
    return true;
}

static void work(void *number) {
    int worker = (int)number, fd = -1, count, size;
    if (worker == READ || worker == VECTORS)
        fd = open("in", 0, 2);
    if (worker == WRITE)
        fd = open("ou", 1, 2 | 64);
    args_sizes_get(&count, &size);
    while (!done) {
        char *page = newest, *room = part(page, worker);
        bool right = true;
        switch (worker) {
        case READ: right = reads(fd, room); break;
        case WRITE: right = writes(fd, room); break;
        case OPEN: right = opens(room); break;
        case RANDOM: right = randoms(room); break;
        case VECTORS: right = scatters(fd, room); break;
        case ARGUMENTS: right = arguments(room, count, size); break;
        case POLL: right = polls(room); break;
        }
        wrong[worker] += !right;
        // There may be more threads than processors.
        if (used[worker] == page)
            sched_yield();
        used[worker] = page;
    }
}

static void grow(void *argument) {
    for (int i = 0; i < GROWN; i++) {
        int old = __builtin_wasm_memory_grow(0, 1);
        if (old == -1) {
            failed++;
            break;
        }
        char *page = (char *)(old * PAGE);
        newest = page;
        // Each worker in turn is waited for, so that it has used this page while the others go on.
        while (used[i % WORKERS] != page)
            sched_yield();
    }
    done = 1;
}

static char *end(void) {
    return (char *)(__builtin_wasm_memory_size(0) * PAGE);
}

// Behind the end, while the memory is as large as it can be.
static void behind(void *argument) {
    random_get(end() - 1, 2);
}

int main(void) {
    static char texts[100];
    static char *pointers[8];
    int count, size;
    args_sizes_get(&count, &size);
    args_get(pointers, texts);
    newest = (char *)(__builtin_wasm_memory_grow(0, 1) * PAGE);
    for (int i = 0; i < WORKERS; i++)
        if (start(i, work, (void *)i) <= 0)
            return 1;
    if (start(WORKERS, grow, 0) <= 0)
        return 1;
    for (int i = 0; i <= WORKERS; i++)
        join(i);
    for (int i = 0; i < WORKERS; i++)
        print("wrong", wrong[i]);
    print("failed", failed);
    vector outside = {end() - 1, 2};
    if (is(pointers[1], "main"))
        fd_write(1, &outside, 1, &count);
    if (is(pointers[1], "array"))
        fd_write(1, end() - 4, 1, &count);
    if (is(pointers[1], "thread") && start(0, behind, 0) > 0)
        join(0);
    print("inside", random_get(end() - 2, 2));
    return 0;
}
