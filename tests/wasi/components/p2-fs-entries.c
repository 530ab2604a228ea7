// read-directory: more entries than fit into any buffer, two streams at once, and changes meanwhile.

#include "p2-fs.h"

enum { COUNT = 700 };

static char *name(int number) {
  static char text[] = "entry with a name that is rather long, so that many of them are many bytes: 000";
  for (size_t at = sizeof text - 2, i = 0; i < 3; i++, number /= 10)
    text[at - i] = '0' + number % 10;
  return text;
}

static int number(List found) {
  int sum = 0;
  for (size_t i = found.len - 3; i < found.len; i++)
    sum = sum * 10 + found.ptr[i] - '0';
  return sum;
}

static Handle entries(Handle dir) {
  FsHandle opened;
  read_directory(dir, &opened);
  if (opened.err)
    __builtin_trap();
  return opened.handle;
}

static bool next(Handle from, FsEntry *entry) {
  read_directory_entry(from, entry);
  if (entry->err) {
    say_code(entry->code);
    return false;
  }
  return entry->some;
}

// The names of a small directory, in order.
static void list(Handle dir) {
  List names[9];
  uint8_t types[9];
  size_t count = 0;
  Handle from = entries(dir);
  for (FsEntry entry; next(from, &entry); count++) {
    size_t at = count;
    for (; at > 0 && names[at - 1].ptr[0] > entry.entry.name.ptr[0]; at--) {
      names[at] = names[at - 1];
      types[at] = types[at - 1];
    }
    names[at] = entry.entry.name;
    types[at] = entry.entry.type;
  }
  FsEntry entry;
  say_bool("and then: ", next(from, &entry));
  drop_entries(from);
  for (size_t i = 0; i < count; i++) {
    print(out, names[i].ptr, names[i].len);
    say(": ");
    say(TYPES[types[i]]);
    say("\n");
  }
}

static bool run(void) {
  Handle dir = granted();
  list(dir);
  Handle folder = open(dir, "folder", DIRECTORY, READ);
  list(folder);
  for (int i = 0; i < COUNT; i++)
    make(folder, name(i), "");

  static uint8_t seen[2][COUNT];
  Handle streams[2] = {entries(folder), entries(folder)};
  // The streams hold it.
  drop_descriptor(folder);
  bool more[2] = {true, true};
  for (int turn = 0; more[0] || more[1]; turn++) {
    // The second one goes at another pace.
    int which = turn % 5 < 2 ? 0 : 1;
    used = 0;
    FsEntry entry;
    more[which] = next(streams[which], &entry);
    if (more[which])
      seen[which][number(entry.entry.name)]++;
  }
  drop_entries(streams[0]);
  drop_entries(streams[1]);
  bool once = true;
  for (int i = 0; i < COUNT; i++)
    once &= seen[0][i] == 1 && seen[1][i] == 1;
  say_bool("each once: ", once);

  // Everything is removed while it is listed.
  folder = open(dir, "folder", DIRECTORY, READ | MUTATE);
  Handle from = entries(folder);
  int removed = 0;
  for (FsEntry entry; used = 0, next(from, &entry);) {
    FsDone done;
    unlink_file_at(folder, (const char *)entry.entry.name.ptr, entry.entry.name.len, &done);
    removed += !done.err;
  }
  drop_entries(from);
  say_number(removed);
  say(" removed\n");
  list(folder);

  Handle file = open(dir, "file", 0, READ);
  FsHandle opened;
  read_directory(file, &opened);
  say_handle("of a file", opened);
  return true;
}
