// Does acts on paths below the first grant, in turn and over and over again, and says how they ended.
// Arguments: how often; how many arguments are inodes of the outside; these; then act and path of each try.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

enum { DIR = 3 };

static unsigned long long inodes[64];
static int inode_count;
static unsigned long long inside, refused, disturbed, escapes;

static int is_outside(unsigned long long inode) {
    for (int i = 0; i < inode_count; i++)
        if (inodes[i] == inode) return 1;
    return 0;
}

// Opens, and looks where it is; a file that is open for reading is read, too.
static int open_and_look(const char *path, int oflags, unsigned long long rights, int *escaped) {
    __wasi_fd_t fd;
    int error = __wasi_path_open(DIR, 1, path, oflags, rights, rights, 0, &fd);
    if (error) return error;
    __wasi_filestat_t stat;
    if (__wasi_fd_filestat_get(fd, &stat) == 0) *escaped |= is_outside(stat.ino);
    uint8_t bytes[64] = {0};
    __wasi_iovec_t vector = {bytes, sizeof bytes - 1};
    __wasi_size_t read = 0;
    if (rights & __WASI_RIGHTS_FD_READ && __wasi_fd_read(fd, &vector, 1, &read) == 0)
        *escaped |= strstr((char *)bytes, "OUTSIDE") != 0;
    (void)!__wasi_fd_close(fd);
    return 0;
}

// What a link or a rename has caught; it is removed.
static void look_at_catch(int *escaped) {
    __wasi_filestat_t stat;
    if (__wasi_path_filestat_get(DIR, 0, "got", &stat) == 0) *escaped |= is_outside(stat.ino);
    (void)!__wasi_path_unlink_file(DIR, "got");
}

static int act(const char *what, const char *path, int *escaped) {
#define IS(name) (strcmp(what, name) == 0)
    int error;
    if (IS("Read")) return open_and_look(path, 0, __WASI_RIGHTS_FD_READ, escaped);
    if (IS("Create"))
        return open_and_look(path, __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE, escaped);
    if (IS("Truncate")) return open_and_look(path, __WASI_OFLAGS_TRUNC, __WASI_RIGHTS_FD_WRITE, escaped);
    if (IS("List")) return open_and_look(path, __WASI_OFLAGS_DIRECTORY, 0, escaped);
    if (IS("Stat")) {
        __wasi_filestat_t stat;
        if ((error = __wasi_path_filestat_get(DIR, 1, path, &stat)) == 0) *escaped |= is_outside(stat.ino);
        return error;
    }
    if (IS("ReadLink")) {
        char target[64] = {0};
        __wasi_size_t used;
        error = __wasi_path_readlink(DIR, path, (uint8_t *)target, sizeof target - 1, &used);
        *escaped |= strcmp(target, "OUTSIDE") == 0;
        return error;
    }
    if (IS("MakeDirectory")) return __wasi_path_create_directory(DIR, path);
    if (IS("RemoveDirectory")) return __wasi_path_remove_directory(DIR, path);
    if (IS("Unlink")) return __wasi_path_unlink_file(DIR, path);
    if (IS("RenameFrom")) error = __wasi_path_rename(DIR, path, DIR, "got");
    else if (IS("LinkFrom")) error = __wasi_path_link(DIR, 1, path, DIR, "got");
    else if (IS("RenameTo")) return __wasi_path_rename(DIR, "file", DIR, path);
    else if (IS("LinkTo")) return __wasi_path_link(DIR, 0, "file", DIR, path);
    else if (IS("Symlink")) return __wasi_path_symlink("file", DIR, path);
    else if (IS("SetTimes"))
        return __wasi_path_filestat_set_times(DIR, 1, path, 0, 0, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM);
    else abort();
    if (error == 0) look_at_catch(escaped);
    return error;
}

int main(int argc, char **argv) {
    unsigned long long count = strtoull(argv[1], 0, 10);
    inode_count = atoi(argv[2]);
    for (int i = 0; i < inode_count; i++) inodes[i] = strtoull(argv[3 + i], 0, 10);
    char **tries = argv + 3 + inode_count;
    int try_count = (argc - 3 - inode_count) / 2;
    for (unsigned long long i = 0; i < count; i++) {
        char **try = tries + 2 * (i % try_count);
        int escaped = 0, error = act(try[0], try[1], &escaped);
        if (escaped) escapes++;
        else if (error == 0) inside++;
        else if (error == __WASI_ERRNO_PERM) refused++;
        else disturbed++;
    }
    printf("%llu inside, %llu refused, %llu disturbed, %llu escapes\n", inside, refused, disturbed, escapes);
    return 0;
}
