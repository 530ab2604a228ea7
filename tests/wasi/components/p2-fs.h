// The functions of WASI 0.2's wasi:filesystem, and how a program says what they did.

#include "p2.h"

// result<T, error-code>, T as wide as its name says
typedef struct {
  uint8_t err, code;
} FsDone;

typedef struct {
  uint8_t err;
  union {
    Handle handle;
    uint8_t code;
  };
} FsHandle;

typedef struct {
  uint8_t err;
  union {
    uint8_t value, code;
  };
} FsByte;

typedef struct {
  uint8_t err;
  union {
    uint64_t value;
    uint8_t code;
  };
} FsCount;

typedef struct {
  uint8_t err;
  union {
    struct {
      List bytes;
      uint8_t end;
    };
    uint8_t code;
  };
} FsBytes;

typedef struct {
  uint8_t err;
  union {
    List text;
    uint8_t code;
  };
} FsText;

typedef struct {
  uint8_t some;
  Datetime time;
} OptionTime;

typedef struct {
  uint8_t type;
  uint64_t links, size;
  OptionTime accessed, modified, changed;
} Stat;

typedef struct {
  uint8_t err;
  union {
    Stat stat;
    uint8_t code;
  };
} FsStat;

typedef struct {
  uint8_t err;
  union {
    uint64_t hash[2];
    uint8_t code;
  };
} FsHash;

typedef struct {
  uint8_t err;
  union {
    struct {
      uint8_t some;
      struct {
        uint8_t type;
        List name;
      } entry;
    };
    uint8_t code;
  };
} FsEntry;

typedef struct {
  uint8_t some, code;
} OptionCode;

typedef struct {
  struct {
    Handle dir;
    List name;
  } *ptr;
  size_t len;
} Directories;

enum { FOLLOW = 1 };
enum { CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8 };
enum { READ = 1, WRITE = 2, FILE_SYNC = 4, DATA_SYNC = 8, READ_SYNC = 16, MUTATE = 32 };
enum { NO_CHANGE, NOW, TIMESTAMP };

#define FS "filesystem/types"
#define METHOD "[method]descriptor."
// A path.
#define PATH const char *, size_t
// new-timestamp
#define TIME uint32_t, uint64_t, uint32_t
IMPORT("filesystem/preopens", "get-directories") void get_directories(Directories *);
IMPORT(FS, METHOD "read-via-stream") void read_via_stream(Handle, uint64_t, FsHandle *);
IMPORT(FS, METHOD "write-via-stream") void write_via_stream(Handle, uint64_t, FsHandle *);
IMPORT(FS, METHOD "append-via-stream") void append_via_stream(Handle, FsHandle *);
IMPORT(FS, METHOD "advise") void advise(Handle, uint64_t, uint64_t, uint32_t, FsDone *);
IMPORT(FS, METHOD "sync-data") void sync_data(Handle, FsDone *);
IMPORT(FS, METHOD "get-flags") void get_flags(Handle, FsByte *);
IMPORT(FS, METHOD "get-type") void get_type(Handle, FsByte *);
IMPORT(FS, METHOD "set-size") void set_size(Handle, uint64_t, FsDone *);
IMPORT(FS, METHOD "set-times") void set_times(Handle, TIME, TIME, FsDone *);
IMPORT(FS, METHOD "read") void fs_read(Handle, uint64_t, uint64_t, FsBytes *);
IMPORT(FS, METHOD "write") void fs_write(Handle, const void *, size_t, uint64_t, FsCount *);
IMPORT(FS, METHOD "read-directory") void read_directory(Handle, FsHandle *);
IMPORT(FS, METHOD "sync") void fs_sync(Handle, FsDone *);
IMPORT(FS, METHOD "create-directory-at") void create_directory_at(Handle, PATH, FsDone *);
IMPORT(FS, METHOD "stat") void fs_stat(Handle, FsStat *);
IMPORT(FS, METHOD "stat-at") void stat_at(Handle, uint32_t, PATH, FsStat *);
IMPORT(FS, METHOD "set-times-at") void set_times_at(Handle, uint32_t, PATH, TIME, TIME, FsDone *);
IMPORT(FS, METHOD "link-at") void link_at(Handle, uint32_t, PATH, Handle, PATH, FsDone *);
IMPORT(FS, METHOD "open-at") void open_at(Handle, uint32_t, PATH, uint32_t, uint32_t, FsHandle *);
IMPORT(FS, METHOD "readlink-at") void readlink_at(Handle, PATH, FsText *);
IMPORT(FS, METHOD "remove-directory-at") void remove_directory_at(Handle, PATH, FsDone *);
IMPORT(FS, METHOD "rename-at") void rename_at(Handle, PATH, Handle, PATH, FsDone *);
IMPORT(FS, METHOD "symlink-at") void symlink_at(Handle, PATH, PATH, FsDone *);
IMPORT(FS, METHOD "unlink-file-at") void unlink_file_at(Handle, PATH, FsDone *);
IMPORT(FS, METHOD "is-same-object") uint32_t is_same_object(Handle, Handle);
IMPORT(FS, METHOD "metadata-hash") void metadata_hash(Handle, FsHash *);
IMPORT(FS, METHOD "metadata-hash-at") void metadata_hash_at(Handle, uint32_t, PATH, FsHash *);
IMPORT(FS, "[method]directory-entry-stream.read-directory-entry") void read_directory_entry(Handle, FsEntry *);
IMPORT(FS, "[resource-drop]directory-entry-stream") void drop_entries(Handle);
IMPORT(FS, "[resource-drop]descriptor") void drop_descriptor(Handle);
IMPORT(FS, "filesystem-error-code") void filesystem_error_code(Handle, OptionCode *);
#undef PATH
#undef TIME

// error-code
static const char *const CODES[] = {
    "access", "would-block", "already", "bad-descriptor", "busy", "deadlock", "quota", "exist", "file-too-large",
    "illegal-byte-sequence", "in-progress", "interrupted", "invalid", "io", "is-directory", "loop", "too-many-links",
    "message-size", "name-too-long", "no-device", "no-entry", "no-lock", "insufficient-memory", "insufficient-space",
    "not-directory", "not-empty", "not-recoverable", "unsupported", "no-tty", "no-such-device", "overflow",
    "not-permitted", "pipe", "read-only", "invalid-seek", "text-file-busy", "cross-device"};

// descriptor-type
static const char *const TYPES[] = {"unknown", "block-device", "character-device", "directory", "fifo", "symbolic-link", "regular-file", "socket"};

// descriptor-flags
static const char *const FLAGS[] = {"read", "write", "file-integrity-sync", "data-integrity-sync", "requested-write-sync", "mutate-directory"};

static size_t length(const char *text) {
  size_t len = 0;
  while (text[len] != 0)
    len++;
  return len;
}

// A path as two arguments.
#define AT(path) (path), length(path)

static void say_code(uint8_t code) {
  say(CODES[code]);
  say("\n");
}

static void say_fs(const char *what, FsDone done) {
  say(what);
  say(": ");
  if (done.err)
    say_code(done.code);
  else
    say("done\n");
}

static void say_fs_count(const char *what, FsCount count) {
  say(what);
  say(": ");
  if (count.err) {
    say_code(count.code);
    return;
  }
  say_number(count.value);
  say("\n");
}

static void say_fs_bytes(const char *what, FsBytes bytes) {
  say(what);
  say(": ");
  if (bytes.err) {
    say_code(bytes.code);
    return;
  }
  say_number(bytes.bytes.len);
  if (bytes.bytes.len < 100) {
    say(" `");
    print(out, bytes.bytes.ptr, bytes.bytes.len);
    say("`");
  }
  say(bytes.end ? ", the end\n" : "\n");
}

static void say_type(const char *what, FsByte type) {
  say(what);
  say(": ");
  say(type.err ? CODES[type.code] : TYPES[type.value]);
  say("\n");
}

static void say_flags(const char *what, FsByte flags) {
  say(what);
  say(":");
  if (flags.err) {
    say(" ");
    say(CODES[flags.code]);
  } else {
    for (size_t i = 0; i < 8; i++) {
      if (flags.value >> i & 1) {
        say(" ");
        say(FLAGS[i]);
      }
    }
  }
  say("\n");
}

static void say_stat(const char *what, FsStat stat) {
  say(what);
  say(": ");
  if (stat.err) {
    say_code(stat.code);
    return;
  }
  say(TYPES[stat.stat.type]);
  if (stat.stat.type != 3) { // Of directories, file systems have their own notions.
    say(", ");
    say_number(stat.stat.links);
    say(" links, ");
    say_number(stat.stat.size);
    say(" bytes");
  }
  say("\n");
}

static void say_text(const char *what, FsText text) {
  say(what);
  say(": ");
  if (text.err) {
    say_code(text.code);
    return;
  }
  say("`");
  print(out, text.text.ptr, text.text.len);
  say("`\n");
}

// Whether there is a handle.
static bool say_handle(const char *what, FsHandle handle) {
  say_fs(what, (FsDone){handle.err, handle.code});
  return !handle.err;
}

// The first granted directory.
static Handle granted(void) {
  Directories all;
  get_directories(&all);
  if (all.len == 0)
    __builtin_trap();
  return all.ptr[0].dir;
}

// Opens what must be there.
static Handle open(Handle dir, const char *path, uint32_t how, uint32_t flags) {
  FsHandle opened;
  open_at(dir, FOLLOW, AT(path), how, flags, &opened);
  if (opened.err)
    __builtin_trap();
  return opened.handle;
}

// Makes a file.
static void make(Handle dir, const char *path, const char *contents) {
  Handle file = open(dir, path, CREATE | TRUNCATE, WRITE);
  FsCount count;
  fs_write(file, contents, length(contents), 0, &count);
  if (count.err || count.value != length(contents))
    __builtin_trap();
  drop_descriptor(file);
}

// Says what is in a file.
static void show(Handle dir, const char *path) {
  Handle file = open(dir, path, 0, READ);
  FsBytes bytes;
  fs_read(file, 99, 0, &bytes);
  say_fs_bytes(path, bytes);
  drop_descriptor(file);
}

static void say_stat_at(Handle dir, uint32_t flags, const char *path) {
  FsStat stat;
  stat_at(dir, flags, AT(path), &stat);
  say_stat(path, stat);
}
