// Who did not ask for the right to reserve room when opening has none.
#include "raw.h"
int main(void) {
    open_as("file", "crw"), RAW(fd_allocate(fd, 0, 100)), RAW(fd_allocate(fd, 0, 0)), look("file", 0), RAW(fd_allocate(3, 0, 0));
    return 0;
}
