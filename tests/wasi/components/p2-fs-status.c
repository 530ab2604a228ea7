// stat, stat-at, get-type, metadata-hash, metadata-hash-at, is-same-object.

#include "p2-fs.h"

static void hash(const char *what, FsHash one, FsHash two) {
  say(what);
  if (one.err) {
    say(": ");
    say_code(one.code);
    return;
  }
  bool same = one.hash[0] == two.hash[0] && one.hash[1] == two.hash[1];
  say_bool(": ", !two.err && same);
}

static bool run(void) {
  Handle dir = granted();
  static const char *const PATHS[] = {"file", "folder", "link", "broken", "none", "folder/inner", "folder/", "linked/inner", "linked", "file/x", ".", "", "folder/..", "hard"};
  for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
    say_stat_at(dir, 0, PATHS[i]);
    say_stat_at(dir, FOLLOW, PATHS[i]);
    FsHash own, followed;
    metadata_hash_at(dir, 0, AT(PATHS[i]), &own);
    metadata_hash_at(dir, FOLLOW, AT(PATHS[i]), &followed);
    hash("hash", own, followed);
    FsHandle opened;
    open_at(dir, FOLLOW, AT(PATHS[i]), 0, READ, &opened);
    if (!opened.err) {
      FsStat stat;
      fs_stat(opened.handle, &stat);
      say_stat("opened", stat);
      FsByte type;
      get_type(opened.handle, &type);
      say_type("type", type);
      FsHash hashed;
      metadata_hash(opened.handle, &hashed);
      hash("hash", hashed, followed);
      say_bool("same as the directory: ", is_same_object(opened.handle, dir));
      Handle file = open(dir, "file", 0, READ);
      say_bool("same as the file: ", is_same_object(opened.handle, file));
      say_bool("same as itself: ", is_same_object(opened.handle, opened.handle));
      drop_descriptor(file);
      drop_descriptor(opened.handle);
    }
  }
  FsHash before, after, other;
  metadata_hash_at(dir, 0, AT("file"), &before);
  make(dir, "file", "longer than before");
  metadata_hash_at(dir, 0, AT("file"), &after);
  hash("after it was written to", before, after);
  metadata_hash_at(dir, 0, AT("folder/inner"), &other);
  hash("of another file", before, other);
  say_bool("halves: ", before.hash[0] == before.hash[1]);
  Handle file = open(dir, "file", 0, READ);
  FsStat stat;
  stat_at(file, 0, AT("x"), &stat);
  say_stat("below a file", stat);
  metadata_hash_at(file, 0, AT("x"), &other);
  hash("below a file", other, other);
  return true;
}
