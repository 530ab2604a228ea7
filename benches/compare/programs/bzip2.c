// Packs what is on standard input with bzip2, unpacks it again, and prints what both give.
// Arguments: how many bytes of it, and how often.
#include "common.h"
#include "bzlib.h"

// The library calls this where it finds a mistake in itself.
void bz_internal_error(int code) {
    fprintf(stderr, "bzip2: mistake %d\n", code);
    exit(1);
}

int main(int count, char **values) {
    size_t length;
    char *text = input(argument(count, values, 1, 100000), &length);
    unsigned size = length, room;
    char *packed = array(size + size / 100 + 600, 1), *again = array(size, 1);
    uint64_t sum = 0;
    for (int times = argument(count, values, 2, 1); times > 0; times--) {
        unsigned packed_size = size + size / 100 + 600;
        room = size;
        if (BZ2_bzBuffToBuffCompress(packed, &packed_size, text, size, 9, 0, 0) != BZ_OK ||
            BZ2_bzBuffToBuffDecompress(again, &room, packed, packed_size, 0, 0) != BZ_OK ||
            room != size || memcmp(text, again, size))
            return 1;
        for (unsigned i = 0; i < packed_size; i++)
            sum = mixed(sum, (uint8_t)packed[i]);
        text[times % size]++;
    }
    print_sum(sum);
}
