// Threads open, read, poll, renumber and close files at once. What a thread has opened for itself always is that file,
// whatever becomes of other numbers meanwhile; what is found under a number of others is some file as a whole. With an argument it
// takes a hundred times as long.
#include "threads.h"

IMPORT(path_open)
int path_open(int dir, int lookup, const char *path, int length, int create, long long rights, long long below, int flags, int *opened);
IMPORT(fd_read) int fd_read(int fd, const void *vectors, int count, int *read);
IMPORT(fd_pread) int fd_pread(int fd, const void *vectors, int count, long long offset, int *read);
IMPORT(fd_close) int fd_close(int fd);
IMPORT(fd_renumber) int fd_renumber(int from, int to);
IMPORT(fd_readdir) int fd_readdir(int fd, void *into, int length, long long cookie, int *used);
IMPORT(poll_oneoff) int poll_oneoff(const void *subscriptions, void *events, int count, int *stored);
IMPORT(args_sizes_get) int args_sizes_get(int *count, int *size);

#define DIR 3
#define BADF 8
#define FILES 8
#define SLOTS 6

static int rounds = 400;
static _Atomic int wrong[8], done;
// Numbers that any thread may take out and close; those that it does not take out it only reads.
static _Atomic int slots[SLOTS];

static unsigned next(unsigned *random) {
    *random = *random * 1664525 + 1013904223;
    return *random >> 16;
}

static int open(int file) {
    char name[] = "f0";
    name[1] += file;
    int fd = -1;
    int error = path_open(DIR, 0, name, 2, 0, 2, 0, 0, &fd);
    return error ? -error : fd;
}

// What stands in a file: its number, 64 times. -1: something else, or pieces of several.
static int contents(int fd, bool at_start, int *error) {
    char bytes[64];
    struct {
        char *bytes;
        int length;
    } vector = {bytes, sizeof bytes};
    int read = 0;
    *error = at_start ? fd_pread(fd, &vector, 1, 0, &read) : fd_read(fd, &vector, 1, &read);
    if (*error || read != sizeof bytes)
        return -1;
    for (int i = 1; i < 64; i++)
        if (bytes[i] != bytes[0])
            return -1;
    return bytes[0] - '0';
}

// Opens a file of its own again and again.
static void own(void *file) {
    for (int i = 0; i < rounds; i++) {
        int fd = open((int)file), error;
        if (fd < 0)
            wrong[0]++;
        else if (contents(fd, i & 1, &error) != (int)file)
            wrong[1]++;
        if (fd_close(fd))
            wrong[2]++;
    }
}

// Fills slots, reads what is in them, and empties them.
static void any(void *seed) {
    unsigned random = (unsigned)seed * 7919;
    while (!done) {
        _Atomic int *slot = &slots[next(&random) % SLOTS];
        int fd = *slot, error;
        switch (next(&random) % 5) {
        case 0: {
            int opened = open(next(&random) % FILES), old = atomic_exchange(slot, opened);
            if (opened < 0)
                wrong[3]++;
            if (old >= 0 && fd_close(old))
                wrong[4]++;
            break;
        }
        case 1:
            fd = atomic_exchange(slot, -1);
            if (fd >= 0 && fd_close(fd))
                wrong[4]++;
            break;
        case 2: {
            // Both are this thread's; the second one's number then is the first one's file.
            fd = atomic_exchange(slot, -1);
            int other = open(next(&random) % FILES);
            if (fd >= 0 && other >= 0 && fd_renumber(fd, other))
                wrong[5]++;
            if (other >= 0 && fd_close(other))
                wrong[4]++;
            break;
        }
        case 3:
            if (fd >= 0 && contents(fd, true, &error) < 0 && error != BADF)
                wrong[6]++;
            break;
        case 4: {
            // Many at once, more than fit on a stack: fd_read of each.
            static _Thread_local _Alignas(8) struct {
                long long user;
                char kind, pad[7];
                int fd, rest[7];
            } subscriptions[12];
            static _Thread_local _Alignas(8) char events[12][32];
            for (int i = 0; i < 12; i++)
                subscriptions[i].kind = 1, subscriptions[i].fd = slots[i % SLOTS];
            int stored = 0;
            error = poll_oneoff(subscriptions, events, 12, &stored);
            if (error != BADF && (error || stored != 12))
                wrong[7]++;
            break;
        }
        }
    }
}

// Reads the directory, by the one descriptor that all have of it.
static void list(void *argument) {
    while (!done) {
        static _Thread_local _Alignas(8) char entries[100];
        long long cookie = 0;
        int seen = 0, used;
        do {
            if (fd_readdir(DIR, entries, sizeof entries, cookie, &used)) {
                wrong[0]++;
                return;
            }
            int at = 0;
            while (at + 24 <= used) {
                int length = *(int *)(entries + at + 16);
                if (at + 24 + length > used)
                    break;
                cookie = *(long long *)(entries + at);
                seen += length == 2 && entries[at + 24] == 'f' ? 1 << (entries[at + 25] - '0') : 0;
                at += 24 + length;
            }
        } while (used == sizeof entries);
        wrong[0] += seen != (1 << FILES) - 1;
    }
}

int main(void) {
    int count, size;
    args_sizes_get(&count, &size);
    if (count > 1)
        rounds *= 100;
    for (int i = 0; i < SLOTS; i++)
        slots[i] = -1;
    for (int i = 0; i < 4; i++)
        if (start(i, own, (void *)i) <= 0 || start(4 + i, any, (void *)(i + 1)) <= 0)
            return 1;
    if (start(8, list, 0) <= 0 || start(9, list, 0) <= 0)
        return 1;
    for (int i = 0; i < 4; i++)
        join(i);
    done = 1;
    for (int i = 4; i < 10; i++)
        join(i);
    for (int i = 0; i < 8; i++)
        print("wrong", wrong[i]);
    return 0;
}
