// Many vectors and many bytes in one call: fewer may be transferred, but none is lost.
#include "show.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>
enum { COUNT = 100, SIZE = 10000 };
int main(void) {
    struct iovec vectors[COUNT];
    char *bytes = malloc(COUNT * SIZE), *back = malloc(COUNT * SIZE);
    for (int i = 0; i < COUNT * SIZE; i++) bytes[i] = (char)(i * 7 + i / 251);
    int fd = open("big", O_RDWR | O_CREAT, 0644);
    for (long done = 0; done < COUNT * SIZE;) {
        int count = 0;
        for (long at = done; at < COUNT * SIZE; at += SIZE - at % SIZE)
            vectors[count++] = (struct iovec){bytes + at, SIZE - at % SIZE};
        done += writev(fd, vectors, count);
    }
    SHOW(lseek(fd, 0, SEEK_CUR));
    lseek(fd, 0, SEEK_SET);
    for (long done = 0; done < COUNT * SIZE;) {
        int count = 0;
        for (long at = done; at < COUNT * SIZE; at += SIZE - at % SIZE)
            vectors[count++] = (struct iovec){back + at, SIZE - at % SIZE};
        long got = readv(fd, vectors, count);
        if (got <= 0) return 1;
        done += got;
    }
    SHOW(memcmp(bytes, back, COUNT * SIZE));
    SHOW(readv(fd, vectors, 1));
    SHOW(writev(fd, vectors, 0));
    SHOW(readv(fd, (struct iovec[]){{0, 0}, {0, 0}}, 2));
    return 0;
}
