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

// The first `limit` bytes of standard input, and in `length` how many there are. A zero follows
// them. The buffer does not grow: how a C library copies is not what is measured.
static inline char *input(size_t limit, size_t *length) {
    char *text = malloc(limit + 1);
    if (!text) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    *length = fread(text, 1, limit, stdin);
    text[*length] = 0;
    return text;
}

static inline void print_sum(uint64_t sum) { printf("%016llx\n", (unsigned long long)sum); }
