// Sending where nobody receives any more is an error, and not the end of the program.
#include "show.h"
int main(void) {
    __wasi_size_t count;
    __wasi_ciovec_t out = {(uint8_t *)"answer", 6};
    RAW(sock_shutdown(0, 2));
    RAW(sock_send(0, &out, 1, 0, &count));
    puts("still here");
    return 0;
}
