// Turns text to upper case, counts words and hashes it: comparisons, masks and shuffles of bytes.
#include "common.h"

typedef uint8_t bytes __attribute__((vector_size(16)));
typedef int8_t masks __attribute__((vector_size(16)));
typedef uint32_t words __attribute__((vector_size(16)));

static bytes pass(const uint8_t *from, uint8_t *to, bytes *spaces, words *hash, bytes before) {
    bytes text;
    memcpy(&text, from, sizeof text);
    bytes small = (bytes)((masks)(text >= 'a') & (masks)(text <= 'z'));
    text ^= small & 32;
    memcpy(to, &text, sizeof text);
    bytes blank = (bytes)((masks)(text == ' ') | (masks)(text == '\n'));
    // A word begins where a byte is none of these and the one that comes before it is.
    bytes last = __builtin_shufflevector(before, blank, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                                         26, 27, 28, 29, 30);
    *spaces -= ~blank & last;
    words turned = (words)__builtin_shufflevector(text, text, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8,
                                                  15, 14, 13, 12);
    *hash = (*hash << 5 | *hash >> 27) ^ turned;
    return blank;
}

int main(int count, char **values) {
    int size = argument(count, values, 1, 4096) & ~15, times = argument(count, values, 2, 1);
    uint8_t *from = array(size, 1), *to = array(size, 1);
    for (int i = 0; i < size; i++)
        from[i] = " etaoinshr\ndlucmfwypvbgkjqxzETA."[random_number() & 31];
    uint64_t sum = 0;
    for (int t = 0; t < times; t++) {
        words hash = {1, 2, 3, 4};
        bytes before = {0};
        uint32_t found = 0;
        for (int i = 0; i < size;) {
            bytes begun = {0};
            // A byte of the sums can count to 255.
            for (int end = i + 16 * 255 < size ? i + 16 * 255 : size; i < end; i += 16)
                before = pass(from + i, to + i, &begun, &hash, before);
            for (int j = 0; j < 16; j++)
                found += begun[j];
        }
        sum = mixed(sum, found);
        for (int i = 0; i < 4; i++)
            sum = mixed(sum, hash[i]);
        from[t % size] ^= to[t * 31 % size] & 1;
    }
    print_sum(sum);
}
