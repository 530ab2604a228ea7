// Calls the functions of preview 1 with random arguments.
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define IMPORT(name, ...) \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 name(__VA_ARGS__)
IMPORT(args_get, u32, u32);
IMPORT(args_sizes_get, u32, u32);
IMPORT(environ_get, u32, u32);
IMPORT(environ_sizes_get, u32, u32);
IMPORT(clock_res_get, u32, u32);
IMPORT(clock_time_get, u32, u64, u32);
IMPORT(fd_advise, u32, u64, u64, u32);
IMPORT(fd_allocate, u32, u64, u64);
IMPORT(fd_close, u32);
IMPORT(fd_datasync, u32);
IMPORT(fd_fdstat_get, u32, u32);
IMPORT(fd_fdstat_set_flags, u32, u32);
IMPORT(fd_fdstat_set_rights, u32, u64, u64);
IMPORT(fd_filestat_get, u32, u32);
IMPORT(fd_filestat_set_size, u32, u64);
IMPORT(fd_filestat_set_times, u32, u64, u64, u32);
IMPORT(fd_pread, u32, u32, u32, u64, u32);
IMPORT(fd_prestat_get, u32, u32);
IMPORT(fd_prestat_dir_name, u32, u32, u32);
IMPORT(fd_pwrite, u32, u32, u32, u64, u32);
IMPORT(fd_read, u32, u32, u32, u32);
IMPORT(fd_readdir, u32, u32, u32, u64, u32);
IMPORT(fd_renumber, u32, u32);
IMPORT(fd_seek, u32, u64, u32, u32);
IMPORT(fd_sync, u32);
IMPORT(fd_tell, u32, u32);
IMPORT(fd_write, u32, u32, u32, u32);
IMPORT(path_create_directory, u32, u32, u32);
IMPORT(path_filestat_get, u32, u32, u32, u32, u32);
IMPORT(path_filestat_set_times, u32, u32, u32, u32, u64, u64, u32);
IMPORT(path_link, u32, u32, u32, u32, u32, u32, u32);
IMPORT(path_open, u32, u32, u32, u32, u32, u64, u64, u32, u32);
IMPORT(path_readlink, u32, u32, u32, u32, u32, u32);
IMPORT(path_remove_directory, u32, u32, u32);
IMPORT(path_rename, u32, u32, u32, u32, u32, u32);
IMPORT(path_symlink, u32, u32, u32, u32, u32);
IMPORT(path_unlink_file, u32, u32, u32);
IMPORT(poll_oneoff, u32, u32, u32, u32);
IMPORT(proc_raise, u32);
IMPORT(random_get, u32, u32);
IMPORT(sched_yield, void);
IMPORT(sock_accept, u32, u32, u32);
IMPORT(sock_recv, u32, u32, u32, u32, u32, u32);
IMPORT(sock_send, u32, u32, u32, u32, u32);
IMPORT(sock_shutdown, u32, u32);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(u32);

// All that functions read and write lies in the arena: the last pages of the memory.
enum { PAGES = 4, ARENA = PAGES * 65536 };
static u32 arena, end;

static u64 seed, state;
// Pointers may lead outside of the memory and need not be aligned: then the program may trap.
static int hostile;
// Flags and numbers may be unknown.
static int odd;
// The standard streams may be written, closed and renumbered: then there is no trace to rely on.
static int streams;
static int tracing;

static u32 live[64], live_count, live_dirs[16], live_dir_count;

static u64 next(void) {
    u64 z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}
static u32 below(u32 n) { return (u32)((next() >> 32) * n >> 32); }
static int chance(u32 one_in) { return below(one_in) == 0; }

static void store32(u32 at, u32 value) { *(u32 *)(uintptr_t)at = value; }
static u32 load32(u32 at) { return *(u32 *)(uintptr_t)at; }

// An address outside of the memory, or so near its end that what follows is.
static u32 outside(void) {
    switch (below(4)) {
    case 0: return end;
    case 1: return end - 1 - below(8);
    case 2: return 0xffffffff - below(16);
    default: return end + below(1 << 20);
    }
}
static u32 buffer(u32 size) {
    if (hostile && chance(150)) return outside();
    if (size > ARENA) size = ARENA;
    u32 at;
    switch (below(6)) {
    case 0: at = end - size; break;
    case 1: at = arena; break;
    default: at = arena + below(ARENA - size + 1);
    }
    return at;
}
// As `buffer`, for what must be aligned.
static u32 place(u32 size) {
    u32 at = buffer(size);
    return hostile && chance(100) ? at : at & ~7;
}
static u32 some_length(void) {
    if (hostile && chance(200)) return 0xffffffff - below(4);
    switch (below(8)) {
    case 0: return 0;
    case 1: return 1;
    case 2: return below(ARENA);
    case 3: return 4096 - below(3);
    default: return below(300);
    }
}

static u32 descriptor(void) {
    switch (below(16)) {
    case 0: return streams ? below(3) : 0;
    case 1: return 5 + below(80);
    case 2: return 0xffffffff - below(3);
    case 3: case 4: return 4;
    case 5: case 6: case 7: return 3;
    default: return live_count ? live[below(live_count)] : 3;
    }
}
static u32 directory(void) {
    if (chance(12)) return descriptor();
    if (live_dir_count && chance(3)) return live_dirs[below(live_dir_count)];
    return chance(8) ? 4 + (odd ? below(3) : 0) : 3;
}
// One that may be a socket: standard input is, now and then.
static u32 socket(void) { return chance(2) ? 0 : descriptor(); }
// One that is closed, renumbered or written to.
static u32 expendable(void) {
    for (;;) {
        u32 fd = descriptor();
        if (streams || (fd > 2 && (fd > 4 || chance(50)))) return fd;
    }
}
static u32 opened(u32 error, u32 at) {
    if (error == 0 && live_count < 64) live[live_count++] = load32(at);
    return error;
}

static u64 number(void) {
    switch (below(8)) {
    case 0: return 0;
    case 1: return 1;
    case 2: return next();
    case 3: return (u64)1 << below(64);
    case 4: return ((u64)1 << below(64)) - 1;
    case 5: return -(u64)below(1000);
    default: return below(10000);
    }
}
// Bits that exist, and now and then others.
static u32 some_flags(u32 bits) {
    if (odd && chance(30)) return (u32)next();
    return below(1u << bits) & below(1u << bits);
}

static const char *const NAMES[] = {
    ".", "..", "file", "dir", "sub", "new", "new2", "new3", "link-out", "link-abs", "link-in", "loop", "dangling",
    "up", "link-file", "secret-link", "secret", "outside", "granted", "empty", "dir", "file", "new", "..", "deep",
};
static const char *const LIKELY[] = {
    "file", "dir", "new", "new2", "dir/file", "dir/sub", "dir/new", "dir/../file", "link-in/file", "link-in/sub",
    "link-file", "empty", "new/new2", "new/file", "dir/sub/../new3", "./new3",
};
static u32 path_length;
static u32 put(u32 at, const char *text) {
    while (*text) *(u8 *)(uintptr_t)at++ = (u8)*text++;
    return at;
}
// A path; its length is `path_length`.
static u32 path(void) {
    u32 start = buffer(6000), at = start;
    if (start < arena || start > end - 6000) {
        path_length = below(10);
        return start;
    }
    if (chance(25)) at = put(at, "/");
    if (below(3)) at = put(at, LIKELY[below(sizeof LIKELY / sizeof *LIKELY)]);
    else
        for (u32 i = 0, count = 1 + below(3) + below(3); i < count; i++) {
            if (i) at = put(at, chance(12) ? "//" : "/");
            at = put(at, NAMES[below(sizeof NAMES / sizeof *NAMES)]);
        }
    if (chance(12)) at = put(at, "/");
    switch (below(60)) {
    case 0: at = start; break;
    case 1: *(u8 *)(uintptr_t)(start + below(at - start)) = 0; break;
    case 2: *(u8 *)(uintptr_t)(start + below(at - start)) = 0x80 + below(128); break;
    case 3: for (u32 i = below(600); i; i--) at = put(at, "x"); break;
    case 4: for (u32 i = 0; i < 1360 + below(10); i++) at = put(at, "../"); break;
    case 5: for (u32 i = 0; i < 2040 + below(10); i++) at = put(at, "./"); break;
    case 6: for (u32 i = 0; i < 300; i++) at = put(at, "dir/../"); break;
    }
    path_length = at - start;
    if (hostile && chance(300)) path_length = some_length();
    return start;
}

static u32 vector_count;
// An array of vectors, which may overlap each other, the array, and the result.
static u32 vectors(void) {
    vector_count = chance(20) ? below(1200) : below(5);
    u32 array = place(vector_count * 8);
    if (array < arena || array > end - vector_count * 8) return array;
    for (u32 i = 0; i < vector_count; i++) {
        u32 len = some_length(), to = buffer(len);
        if (hostile && chance(300)) to = outside();
        store32(array + 8 * i, to);
        store32(array + 8 * i + 4, len);
    }
    return array;
}

static u32 poll(void) {
    u32 count = 1 + below(4), from = place(48 * count);
    // Where nothing can be written, nothing can be waited for either.
    if (from < arena || from > end - 48 * count) return poll_oneoff(from, place(32 * count), count, place(4));
    u32 short_one = below(count);
    for (u32 i = 0; i < count; i++) {
        u32 at = from + 48 * i;
        for (u32 j = 0; j < 48; j += 4) store32(at + j, 0);
        *(u64 *)(uintptr_t)at = next();
        if (i == short_one || chance(2)) {
            // A clock: the time is at 24, its flags at 40. One of them is always near.
            store32(at + 16, i == short_one ? 1 : below(2 + 3 * odd));
            *(u64 *)(uintptr_t)(at + 24) = i == short_one ? below(1000) : number();
            store32(at + 40, i == short_one ? 0 : some_flags(1));
        } else {
            *(u8 *)(uintptr_t)(at + 8) = odd && chance(20) ? 3 + below(200) : 1 + below(2);
            store32(at + 16, descriptor());
        }
    }
    u32 to = chance(4) ? from : place(32 * count);
    return poll_oneoff(from, to, chance(20) ? 0 : count, place(4));
}

// What a call gave besides its error, as far as it is the same on every machine.
static u32 result;

static u32 with_result(u32 error, u32 at) {
    if (error == 0) result = load32(at);
    return error;
}
static u32 with_status(u32 error, u32 at) {
    // The kind; of a file its size, too.
    if (error == 0) result = *(u8 *)(uintptr_t)(at + 16);
    if (error == 0 && result == 4) result += load32(at + 32) << 8;
    return error;
}

static const char *const FUNCTIONS[] = {
    "args_get", "args_sizes_get", "environ_get", "environ_sizes_get", "clock_res_get", "clock_time_get",
    "fd_advise", "fd_allocate", "fd_close", "fd_datasync", "fd_fdstat_get", "fd_fdstat_set_flags",
    "fd_fdstat_set_rights", "fd_filestat_get", "fd_filestat_set_size", "fd_filestat_set_times", "fd_pread",
    "fd_prestat_get", "fd_prestat_dir_name", "fd_pwrite", "fd_read", "fd_readdir", "fd_renumber", "fd_seek", "fd_sync",
    "fd_tell", "fd_write", "path_create_directory", "path_filestat_get", "path_filestat_set_times", "path_link",
    "path_open", "path_readlink", "path_remove_directory", "path_rename", "path_symlink", "path_unlink_file",
    "poll_oneoff", "proc_raise", "random_get", "sched_yield", "sock_accept", "sock_recv", "sock_send", "sock_shutdown",
    "memory.grow",
};
enum { FUNCTION_COUNT = sizeof FUNCTIONS / sizeof *FUNCTIONS };

static u32 call_fd(u32 function) {
    u32 fd = descriptor(), at, len, four = place(4), eight = place(8), status = place(64), error;
    switch (function) {
    case 6: return fd_advise(fd, number(), number(), below(6 + 2 * odd));
    // Only what fits anywhere, or nowhere.
    case 7: return fd_allocate(fd, below(100000), chance(4) ? (u64)1 << (62 + below(2)) : below(100000));
    case 8: return fd_close(expendable());
    case 9: return fd_datasync(fd);
    case 10:
        error = fd_fdstat_get(fd, status);
        if (error == 0) result = *(u8 *)(uintptr_t)status;
        return error;
    case 11: return fd_fdstat_set_flags(expendable(), some_flags(5));
    case 12: return fd_fdstat_set_rights(fd, number() & 0x1fffffff, number() & 0x1fffffff);
    case 13: return with_status(fd_filestat_get(fd, status), status);
    case 14: return fd_filestat_set_size(expendable(), number());
    case 15: return fd_filestat_set_times(fd, number(), number(), some_flags(4));
    case 16: at = vectors(); return with_result(fd_pread(fd, at, vector_count, number(), four), four);
    case 17: return with_result(fd_prestat_get(fd, eight), eight + 4);
    case 18: at = buffer(len = some_length()); return fd_prestat_dir_name(fd, at, len);
    case 19: at = vectors(); return with_result(fd_pwrite(expendable(), at, vector_count, number() >> 24, four), four);
    case 20: at = vectors(); return with_result(fd_read(fd, at, vector_count, four), four);
    case 21: at = buffer(len = some_length()); return fd_readdir(fd, at, len, chance(3) ? number() : 0, four);
    case 22: return fd_renumber(expendable(), expendable());
    case 23: return with_result(fd_seek(fd, number(), below(3 + odd), eight), eight);
    case 24: return fd_sync(fd);
    case 25: return with_result(fd_tell(fd, eight), eight);
    default: at = vectors(); return with_result(fd_write(expendable(), at, vector_count, four), four);
    }
}

// The usual ones: none, creat, directory, trunc.
static const u8 OFLAGS[] = {0, 0, 1, 1, 2, 9};

static u32 call_path(u32 function) {
    u32 fd = directory(), at = path(), len = path_length, other, a, four = place(4), status = place(64);
    switch (function) {
    case 27: return path_create_directory(fd, at, len);
    case 28: return with_status(path_filestat_get(fd, odd && chance(30) ? some_flags(2) : below(2), at, len, status), status);
    case 29: return path_filestat_set_times(fd, odd && chance(30) ? some_flags(2) : below(2), at, len, number(), number(), some_flags(4));
    case 30: other = path(); return path_link(fd, odd && chance(30) ? some_flags(2) : below(2), at, len, directory(), other, path_length);
    case 31: {
        u32 oflags = chance(3) ? some_flags(4) : OFLAGS[below(6)], fdflags = chance(5) ? some_flags(5) : 0;
        u64 rights = chance(10) ? number() & (odd ? -1 : 0x1fffffff) : oflags & 2 || chance(2) ? 2 : chance(2) ? 2 + 64 : 64;
        u32 error = path_open(fd, chance(4) ? some_flags(1) : 1, at, len, oflags, rights, number() & (odd ? -1 : 0x1fffffff), fdflags, four);
        if (error == 0 && oflags & 2 && live_dir_count < 16) live_dirs[live_dir_count++] = load32(four);
        return opened(with_result(error, four), four);
    }
    case 32: other = buffer(a = some_length()); return path_readlink(fd, at, len, other, a, four);
    case 33: return path_remove_directory(fd, at, len);
    case 34: other = path(); return path_rename(fd, at, len, directory(), other, path_length);
    case 35: other = path(); return path_symlink(at, len, fd, other, path_length);
    default: return path_unlink_file(fd, at, len);
    }
}

static u32 call(u32 function) {
    // Those that leave the standard streams of the process in peace, or need not.
    static const u8 RAISED[] = {0, 16, 17, 22, 32, 255};
    u32 at, len, four = place(4);
    if (function >= 6 && function < 27) return call_fd(function);
    if (function >= 27 && function < 37) return call_path(function);
    switch (function) {
    case 0: return args_get(place(4 * 4), buffer(200));
    case 1: return args_sizes_get(place(4), place(4));
    case 2: return environ_get(place(4 * 4), buffer(200));
    case 3: return with_result(environ_sizes_get(four, place(4)), four);
    case 4: return clock_res_get(below(2 + 4 * odd), place(8));
    case 5: return clock_time_get(below(2 + 4 * odd), number(), place(8));
    case 37: return poll();
    case 38: return proc_raise(RAISED[below(odd ? sizeof RAISED : 4)]);
    case 39: at = buffer(len = some_length()); return random_get(at, len);
    case 40: return sched_yield();
    case 41: return opened(sock_accept(socket(), odd ? some_flags(5) : 4 * below(2), four), four);
    case 42: at = vectors(); return sock_recv(socket(), at, vector_count, some_flags(2), four, place(2));
    case 43: at = vectors(); return sock_send(socket(), at, vector_count, odd ? some_flags(1) : 0, four);
    case 44: return sock_shutdown(socket(), odd ? some_flags(2) : 1 + below(3));
    default: {
        // The arena stays where it is; what is added is there to be hit.
        u32 pages = __builtin_wasm_memory_grow(0, chance(3) ? 0x8000 : below(3));
        return pages == 0xffffffff;
    }
    }
}

static char line[200];
static char *decimal(char *at, u64 value) {
    char digits[20];
    int count = 0;
    do digits[count++] = '0' + value % 10;
    while (value /= 10);
    while (count) *at++ = digits[--count];
    return at;
}
static void trace(u32 index, u32 function, u32 error) {
    char *at = decimal(line, index);
    *at++ = ' ';
    for (const char *name = FUNCTIONS[function]; *name;) *at++ = *name++;
    *at++ = ' ';
    at = decimal(at, error);
    *at++ = ' ';
    at = decimal(at, result);
    *at++ = '\n';
    static u32 vector[2], written;
    vector[0] = (u32)line;
    vector[1] = (u32)(at - line);
    fd_write(2, (u32)vector, 1, (u32)&written);
}

static char arguments[300];
static u32 argument_places[16];
static u64 parse(u32 place) {
    u64 value = 0;
    for (const char *digit = (const char *)(uintptr_t)place; *digit >= '0' && *digit <= '9'; digit++)
        value = value * 10 + *digit - '0';
    return value;
}

void _start(void) {
    u32 count, bytes;
    args_sizes_get((u32)&count, (u32)&bytes);
    if (count < 3 || count > 16 || bytes > sizeof arguments) proc_exit(2);
    args_get((u32)argument_places, (u32)arguments);
    state = seed = parse(argument_places[1]);
    u32 calls = (u32)parse(argument_places[2]);
    tracing = count > 3;
    hostile = seed % 3 == 0;
    odd = seed % 3 != 1;
    streams = seed % 4 == 0;
    arena = __builtin_wasm_memory_grow(0, PAGES) * 65536;
    end = arena + ARENA;
    for (u32 i = 0; i < calls; i++) {
        // The functions that open and change files are what most others need.
        u32 function = chance(3) ? 31 : below(FUNCTION_COUNT);
        result = 0;
        u32 error = call(function);
        if (tracing) trace(i, function, error);
    }
    if (chance(8)) proc_exit(below(256));
    proc_exit(0);
}
