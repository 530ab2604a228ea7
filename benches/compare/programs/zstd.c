// Packs what is on standard input with Zstandard, unpacks it again, and prints what both give.
// Arguments: how many bytes of it, how often it is packed, and how often unpacked each time.
#include "common.h"
#include "zstd.h"

int main(int count, char **values) {
    size_t size;
    char *text = input(argument(count, values, 1, 100000), &size);
    int times = argument(count, values, 2, 1), more = argument(count, values, 3, 1);
    size_t room = ZSTD_compressBound(size);
    char *packed = array(room, 1), *again = array(size, 1);
    uint64_t sum = 0;
    for (int i = 0; i < times; i++) {
        // The levels change: each has another way to search.
        size_t packed_size = ZSTD_compress(packed, room, text, size, 1 + i % 9);
        for (int j = 0; j < more; j++)
            if (ZSTD_isError(packed_size) ||
                ZSTD_decompress(again, size, packed, packed_size) != size)
                return 1;
        if (memcmp(text, again, size))
            return 1;
        for (size_t j = 0; j < packed_size; j++)
            sum = mixed(sum, (uint8_t)packed[j]);
    }
    print_sum(sum);
}
