// open-at with every pair of flags, on what is there and what is not.

#include "p2-fs.h"

static void try(Handle dir, const char *path, uint32_t follow, uint32_t how, uint32_t flags) {
  static const char *const HOW[] = {"create ", "directory ", "exclusive ", "truncate "};
  say(path);
  say(follow ? " follow" : "");
  for (int i = 0; i < 4; i++) {
    if (how >> i & 1) {
      say(" ");
      say(HOW[i]);
    }
  }
  say_flags(" as", (FsByte){0, {flags}});
  FsHandle opened;
  open_at(dir, follow, AT(path), how, flags, &opened);
  if (!say_handle("  open", opened))
    return;
  FsByte type;
  get_type(opened.handle, &type);
  say_type("  type", type);
  FsBytes bytes;
  fs_read(opened.handle, 10, 0, &bytes);
  say_fs_bytes("  read", bytes);
  drop_descriptor(opened.handle);
}

static bool run(void) {
  Handle dir = granted();
  static const char *const PATHS[] = {"file", "folder", "link", "broken", "none", "folder/", "file/", "none/x", "."};
  for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
    try(dir, PATHS[i], 0, 0, READ);
    try(dir, PATHS[i], FOLLOW, 0, READ);
    try(dir, PATHS[i], FOLLOW, 0, READ | MUTATE);
    try(dir, PATHS[i], FOLLOW, 0, 0);
    try(dir, PATHS[i], FOLLOW, DIRECTORY, READ);
    try(dir, PATHS[i], FOLLOW, EXCLUSIVE, READ);
    try(dir, PATHS[i], FOLLOW, 0, READ | WRITE);
    try(dir, PATHS[i], FOLLOW, DIRECTORY | CREATE, READ);
    try(dir, PATHS[i], FOLLOW, CREATE | EXCLUSIVE, READ | WRITE);
  }
  // What changes something comes last.
  for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
    try(dir, PATHS[i], FOLLOW, TRUNCATE, READ | WRITE);
    try(dir, PATHS[i], FOLLOW, CREATE, READ | WRITE);
  }
  Handle file = open(dir, "file", 0, READ);
  FsHandle opened;
  open_at(file, 0, AT("x"), 0, READ, &opened);
  say_handle("below a file", opened);
  return true;
}
