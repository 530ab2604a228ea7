// The work of CoreMark, written anew: a linked list that is searched and sorted, products of small
// matrices of 16-bit numbers, and a state machine that reads numbers, all summed up by a CRC.
#include "common.h"

#define ITEMS 256
#define SIDE 12
#define TEXT 2048

struct item {
    struct item *next;
    int16_t value, index;
};

static uint16_t crc(uint16_t sum, uint16_t value) {
    for (int i = 0; i < 16; i++, value >>= 1)
        sum = (sum ^ value) & 1 ? sum >> 1 ^ 0xa001 : sum >> 1;
    return sum;
}

static int by_value(const struct item *a, const struct item *b) { return a->value - b->value; }
static int by_index(const struct item *a, const struct item *b) { return a->index - b->index; }

// Merges runs of twice the length until there is one.
static struct item *sorted(struct item *list,
                           int (*compare)(const struct item *, const struct item *)) {
    for (int length = 1;; length *= 2) {
        struct item *from = list, *head = 0, **tail = &head;
        int merges = 0;
        while (from) {
            struct item *other = from;
            int left = 0, right = length;
            for (merges++; left < length && other; left++)
                other = other->next;
            while (left > 0 || (right > 0 && other)) {
                int first = left > 0 && (right == 0 || !other || compare(from, other) <= 0);
                struct item **taken = first ? &from : &other;
                *tail = *taken;
                tail = &(*taken)->next;
                *taken = (*taken)->next;
                left -= first, right -= !first;
            }
            from = other;
        }
        *tail = 0;
        list = head;
        if (merges <= 1)
            return list;
    }
}

static uint16_t lists(struct item **list, int seed) {
    uint16_t sum = 0;
    for (int wanted = 0; wanted < 8; wanted++) {
        const struct item *item = *list;
        while (item && item->index != (seed + wanted * 31) % ITEMS)
            item = item->next;
        sum = crc(sum, item ? item->value : wanted);
    }
    for (struct item *item = *list; item; item = item->next)
        item->value = (int16_t)(item->value * 31 + seed);
    *list = sorted(*list, by_value);
    for (const struct item *item = *list; item; item = item->next)
        sum = crc(sum, item->value);
    *list = sorted(*list, by_index);
    return sum;
}

static uint16_t matrices(int16_t seed) {
    static int16_t a[SIDE][SIDE], b[SIDE][SIDE];
    static int32_t c[SIDE][SIDE];
    uint16_t sum = 0;
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            a[i][j] = seed + i * SIDE + j;
            b[i][j] = (int16_t)(seed * j - i);
        }
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            int32_t dot = 0;
            for (int k = 0; k < SIDE; k++)
                dot += (int32_t)(a[i][k] * b[k][j]) >> 2 & 0x7fff;
            c[i][j] = dot;
        }
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            sum = crc(sum, c[i][j] > 4096 ? c[i][j] : c[i][j] + seed);
    return sum;
}

enum state { START, SIGN, INTEGER, FRACTION, EXPONENT, INVALID, STATES };

static enum state after(enum state state, char c) {
    int digit = c >= '0' && c <= '9';
    switch (state) {
    case START:
        return digit ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : INVALID;
    case SIGN:
        return digit ? INTEGER : c == '.' ? FRACTION : INVALID;
    case INTEGER:
        return digit ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case FRACTION:
        return digit ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case EXPONENT:
        return digit || c == '-' ? EXPONENT : INVALID;
    default:
        return INVALID;
    }
}

static uint16_t machine(char *text, int seed) {
    uint32_t ended[STATES] = {0};
    uint16_t sum = 0;
    text[seed % TEXT] ^= 1;
    enum state state = START;
    for (int i = 0; i < TEXT; i++)
        if (text[i] == ',' || i == TEXT - 1) {
            ended[state]++;
            state = START;
        } else {
            state = after(state, text[i]);
        }
    text[seed % TEXT] ^= 1;
    for (int i = 0; i < STATES; i++)
        sum = crc(sum, ended[i]);
    return sum;
}

int main(int count, char **values) {
    static struct item items[ITEMS];
    static char text[TEXT];
    static const char *words[8] = {"5012,",     "-874,",    "+122,",     "35.54400,",
                                   ".1234500,", "5.500e3,", "-.123e-2,", "T0.3e-1F,"};
    for (int i = 0; i < ITEMS; i++)
        items[i] = (struct item){i + 1 < ITEMS ? &items[i + 1] : 0, random_number(), i};
    for (size_t used = 0; used < TEXT;) {
        const char *word = words[random_number() & 7];
        size_t length = strlen(word);
        memcpy(text + used, word, length < TEXT - used ? length : TEXT - used);
        used += length;
    }
    struct item *list = items;
    uint16_t sum = 0;
    for (int i = 0; i < argument(count, values, 1, 10); i++) {
        sum = crc(sum, lists(&list, i));
        sum = crc(sum, matrices(i));
        sum = crc(sum, machine(text, i));
    }
    print_sum(sum);
}
