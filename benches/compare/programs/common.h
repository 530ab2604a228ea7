// What the small programs share: numbers from the command line, numbers that look random, and a
// checksum that depends on every bit of what was computed.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The argument at `index`, which decides the size of the work.
static inline int argument(int count, char **values, int index, int otherwise) {
    return index < count ? atoi(values[index]) : otherwise;
}

static uint32_t random_state = 12345;

static inline uint32_t random_number(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static inline uint64_t mixed(uint64_t sum, uint64_t value) {
    return (sum ^ value) * 0x9e3779b97f4a7c15u ^ sum >> 29;
}

static inline uint64_t mixed_double(uint64_t sum, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return mixed(sum, bits);
}

static inline uint64_t checksum(const double *values, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum = mixed_double(sum, values[i]);
    return sum;
}

// Memory for `count` numbers, or the end of the program.
static inline void *array(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

// All of standard input, and in `length` how long it is. A zero follows it.
static inline char *all_input(size_t *length) {
    size_t room = 1 << 16, used = 0, got;
    char *text = malloc(room + 1);
    while (text && (got = fread(text + used, 1, room - used, stdin)) > 0) {
        used += got;
        if (used == room)
            text = realloc(text, (room *= 2) + 1);
    }
    if (!text) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    text[used] = 0;
    *length = used;
    return text;
}

static inline void print_sum(uint64_t sum) { printf("%016llx\n", (unsigned long long)sum); }
