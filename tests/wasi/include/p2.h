// The functions of WASI 0.2's wasi:cli, wasi:clocks, wasi:io and wasi:random as a program without a C library imports them, and how it says what
// they did.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORT(interface, name) __attribute__((import_module("wasi:" interface "@0.2.12"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

// A handle.
typedef uint32_t Handle;

// list<u8>, string
typedef struct {
  uint8_t *ptr;
  size_t len;
} List;

// list<u32>
typedef struct {
  uint32_t *ptr;
  size_t len;
} Numbers;

// stream-error
typedef struct {
  uint8_t tag; // 0: last-operation-failed, 1: closed
  Handle error;
} StreamError;

// result<_, stream-error>
typedef struct {
  uint8_t err;
  StreamError error;
} Done;

// result<u64, stream-error>
typedef struct {
  uint8_t err;
  union {
    uint64_t count;
    StreamError error;
  };
} Count;

// result<list<u8>, stream-error>
typedef struct {
  uint8_t err;
  union {
    List bytes;
    StreamError error;
  };
} Bytes;

typedef struct {
  uint64_t seconds;
  uint32_t nanoseconds;
} Datetime;

typedef struct {
  int32_t utc_offset;
  List name;
  uint8_t in_daylight_saving_time;
} Timezone;

typedef struct {
  List name, value;
} Variable;

typedef struct {
  Variable *ptr;
  size_t len;
} Variables;

typedef struct {
  List *ptr;
  size_t len;
} Texts;

typedef struct {
  uint8_t some;
  union {
    Handle handle;
    List text;
  };
} Option;

IMPORT("cli/environment", "get-environment") void get_environment(Variables *);
IMPORT("cli/environment", "get-arguments") void get_arguments(Texts *);
IMPORT("cli/environment", "initial-cwd") void initial_cwd(Option *);
IMPORT("cli/exit", "exit") void exit_result(uint32_t err);
IMPORT("cli/exit", "exit-with-code") void exit_with_code(uint32_t);
IMPORT("cli/stdin", "get-stdin") Handle get_stdin(void);
IMPORT("cli/stdout", "get-stdout") Handle get_stdout(void);
IMPORT("cli/stderr", "get-stderr") Handle get_stderr(void);
IMPORT("cli/terminal-stdin", "get-terminal-stdin") void terminal_stdin(Option *);
IMPORT("cli/terminal-stdout", "get-terminal-stdout") void terminal_stdout(Option *);
IMPORT("cli/terminal-stderr", "get-terminal-stderr") void terminal_stderr(Option *);
IMPORT("cli/terminal-input", "[resource-drop]terminal-input") void drop_terminal_input(Handle);
IMPORT("cli/terminal-output", "[resource-drop]terminal-output") void drop_terminal_output(Handle);

IMPORT("clocks/monotonic-clock", "now") uint64_t monotonic_now(void);
IMPORT("clocks/monotonic-clock", "resolution") uint64_t monotonic_resolution(void);
IMPORT("clocks/monotonic-clock", "subscribe-instant") Handle subscribe_instant(uint64_t);
IMPORT("clocks/monotonic-clock", "subscribe-duration") Handle subscribe_duration(uint64_t);
IMPORT("clocks/wall-clock", "now") void wall_now(Datetime *);
IMPORT("clocks/wall-clock", "resolution") void wall_resolution(Datetime *);
IMPORT("clocks/timezone", "display") void timezone_display(uint64_t, uint32_t, Timezone *);
IMPORT("clocks/timezone", "utc-offset") int32_t timezone_utc_offset(uint64_t, uint32_t);

IMPORT("io/error", "[method]error.to-debug-string") void to_debug_string(Handle, List *);
IMPORT("io/error", "[resource-drop]error") void drop_error(Handle);
IMPORT("io/poll", "[method]pollable.ready") uint32_t ready(Handle);
IMPORT("io/poll", "[method]pollable.block") void block(Handle);
IMPORT("io/poll", "poll") void poll_list(const Handle *, size_t, Numbers *);
IMPORT("io/poll", "[resource-drop]pollable") void drop_pollable(Handle);
IMPORT("io/streams", "[method]input-stream.read") void in_read(Handle, uint64_t, Bytes *);
IMPORT("io/streams", "[method]input-stream.blocking-read") void in_blocking_read(Handle, uint64_t, Bytes *);
IMPORT("io/streams", "[method]input-stream.skip") void in_skip(Handle, uint64_t, Count *);
IMPORT("io/streams", "[method]input-stream.blocking-skip") void in_blocking_skip(Handle, uint64_t, Count *);
IMPORT("io/streams", "[method]input-stream.subscribe") Handle in_subscribe(Handle);
IMPORT("io/streams", "[resource-drop]input-stream") void drop_input(Handle);
IMPORT("io/streams", "[method]output-stream.check-write") void out_check_write(Handle, Count *);
IMPORT("io/streams", "[method]output-stream.write") void out_write(Handle, const void *, size_t, Done *);
IMPORT("io/streams", "[method]output-stream.blocking-write-and-flush") void out_blocking_write_and_flush(Handle, const void *, size_t, Done *);
IMPORT("io/streams", "[method]output-stream.flush") void out_flush(Handle, Done *);
IMPORT("io/streams", "[method]output-stream.blocking-flush") void out_blocking_flush(Handle, Done *);
IMPORT("io/streams", "[method]output-stream.subscribe") Handle out_subscribe(Handle);
IMPORT("io/streams", "[method]output-stream.write-zeroes") void out_write_zeroes(Handle, uint64_t, Done *);
IMPORT("io/streams", "[method]output-stream.blocking-write-zeroes-and-flush") void out_blocking_write_zeroes_and_flush(Handle, uint64_t, Done *);
IMPORT("io/streams", "[method]output-stream.splice") void out_splice(Handle, Handle, uint64_t, Count *);
IMPORT("io/streams", "[method]output-stream.blocking-splice") void out_blocking_splice(Handle, Handle, uint64_t, Count *);
IMPORT("io/streams", "[resource-drop]output-stream") void drop_output(Handle);

IMPORT("random/random", "get-random-bytes") void random_bytes(uint64_t, List *);
IMPORT("random/random", "get-random-u64") uint64_t random_u64(void);
IMPORT("random/insecure", "get-insecure-random-bytes") void insecure_random_bytes(uint64_t, List *);
IMPORT("random/insecure", "get-insecure-random-u64") uint64_t insecure_random_u64(void);
IMPORT("random/insecure-seed", "insecure-seed") void insecure_seed(uint64_t seed[2]);

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

// Room for what functions return, never given back.
static uint8_t room[1 << 20];
static size_t used;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size) {
  if (old != NULL || old_size != 0)
    __builtin_trap();
  used = (used + alignment - 1) & -alignment;
  void *place = room + used;
  used += size;
  if (used > sizeof room)
    __builtin_trap();
  return place;
}

static Handle out, err;

static void print(Handle stream, const void *bytes, size_t len) {
  Done done;
  out_blocking_write_and_flush(stream, bytes, len, &done);
  if (done.err)
    __builtin_trap();
}

static void say(const char *text) {
  size_t len = 0;
  while (text[len] != 0)
    len++;
  print(out, text, len);
}

static void say_number(uint64_t value) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = '0' + value % 10;
    value /= 10;
  } while (value != 0);
  print(out, digits + at, sizeof digits - at);
}

// What is wrong with a stream; the system's errors are words of the host.
static void say_error(StreamError error) {
  if (error.tag == 1) {
    say("closed\n");
    return;
  }
  List text;
  to_debug_string(error.error, &text);
  say(text.len != 0 ? "failed\n" : "failed without a word\n");
  drop_error(error.error);
}

static void say_done(const char *what, Done done) {
  say(what);
  if (done.err)
    say_error(done.error);
  else
    say("done\n");
}

static void say_count(const char *what, Count count) {
  say(what);
  if (count.err) {
    say_error(count.error);
    return;
  }
  say_number(count.count);
  say("\n");
}

static void say_bytes(const char *what, Bytes bytes) {
  say(what);
  if (bytes.err) {
    say_error(bytes.error);
    return;
  }
  say_number(bytes.bytes.len);
  say(" `");
  print(out, bytes.bytes.ptr, bytes.bytes.len);
  say("`\n");
}

static void say_bool(const char *what, bool value) {
  say(what);
  say(value ? "yes\n" : "no\n");
}

// The program: whether it succeeds.
static bool run(void);

EXPORT("wasi:cli/run@0.2.12#run") uint32_t run_run(void) {
  out = get_stdout();
  err = get_stderr();
  return run() ? 0 : 1;
}
