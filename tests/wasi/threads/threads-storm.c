// Everything at once: threads start threads, which wait for a moment while others wake them, make the memory larger, and open, read
// and close files. As many are woken as find themselves woken, nobody is given a page or a file of another, and all ends.
#include "threads.h"

IMPORT(path_open)
int path_open(int dir, int lookup, const char *path, int length, int create, long long rights, long long below, int flags, int *opened);
IMPORT(fd_read) int fd_read(int fd, const void *vectors, int count, int *read);
IMPORT(fd_close) int fd_close(int fd);

#define DIR 3
#define PARENTS 8
#define CHILDREN 4
#define ROUNDS 25
#define WORDS 3

static _Atomic int notified, woken, timed_out, changed, pages, wrong, done;
static int words[WORDS];

static void file(int number) {
    char name[] = "f0", byte = 0;
    name[1] += number;
    struct {
        char *bytes;
        int length;
    } vector = {&byte, 1};
    int fd = -1, read = 0;
    if (path_open(DIR, 0, name, 2, 0, 2, 0, 0, &fd) || fd_read(fd, &vector, 1, &read) || read != 1 || byte != '0' + number)
        wrong++;
    if (fd_close(fd))
        wrong++;
}

static void child(void *number) {
    int which = (int)number, *word = &words[which % WORDS];
    // At most 0.1 ms: some are woken, some wait in vain, some find another value.
    switch (__builtin_wasm_memory_atomic_wait32(word, 0, 1000 * (which % 100))) {
    case 0:
        woken++;
        break;
    case 1:
        changed++;
        break;
    case 2:
        timed_out++;
        break;
    }
    if (which % 4 == 0) {
        int old = __builtin_wasm_memory_grow(0, 1), *page = (int *)(old * 65536);
        if (old == -1 || page[0] || page[16383])
            wrong++;
        else
            page[0] = page[16383] = 1, pages++;
    }
    file(which % 8);
}

static void parent(void *number) {
    int first = PARENTS + 1 + (int)number * CHILDREN;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHILDREN; i++)
            if (start(first + i, child, (void *)(((int)number * ROUNDS + round) * CHILDREN + i)) <= 0)
                wrong++;
        file(round % 8);
        for (int i = 0; i < CHILDREN; i++)
            join(first + i);
    }
}

static void wake(void *argument) {
    for (unsigned i = 0; !done; i++) {
        int *word = &words[i % WORDS];
        notified += __builtin_wasm_memory_atomic_notify(word, i % 5);
        if (i % 64 == 0)
            __atomic_xor_fetch(word, 1, __ATOMIC_SEQ_CST);
    }
}

int main(void) {
    if (start(PARENTS, wake, 0) <= 0)
        return 1;
    for (int i = 0; i < PARENTS; i++)
        if (start(i, parent, (void *)i) <= 0)
            return 1;
    for (int i = 0; i < PARENTS; i++)
        join(i);
    done = 1;
    join(PARENTS);
    print("waited", woken + timed_out + changed);
    print("woken, but not counted", woken - notified);
    print("pages", pages);
    print("wrong", wrong);
    return 0;
}
