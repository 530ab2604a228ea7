// Everything that would change something where nothing may be changed.

#include "p2-fs.h"

static bool run(void) {
  Handle dir = granted();
  FsByte flags;
  get_flags(dir, &flags);
  say_flags("flags", flags);
  show(dir, "file");
  FsHandle opened;
  open_at(dir, 0, AT("file"), 0, WRITE, &opened);
  say_handle("write", opened);
  open_at(dir, 0, AT("file"), TRUNCATE, READ, &opened);
  say_handle("truncate", opened);
  open_at(dir, 0, AT("new"), CREATE, READ, &opened);
  say_handle("create", opened);
  open_at(dir, 0, AT("folder"), DIRECTORY, READ | MUTATE, &opened);
  say_handle("mutate-directory", opened);
  Handle file = open(dir, "file", 0, READ), folder = open(dir, "folder", DIRECTORY, READ);
  get_flags(file, &flags);
  say_flags("flags", flags);
  get_flags(folder, &flags);
  say_flags("flags", flags);
  FsDone done;
  FsCount count;
  fs_write(file, "x", 1, 0, &count);
  say_fs_count("write", count);
  set_size(file, 0, &done);
  say_fs("set-size", done);
  write_via_stream(file, 0, &opened);
  say_handle("write-via-stream", opened);
  append_via_stream(file, &opened);
  say_handle("append-via-stream", opened);
  set_times(file, NOW, 0, 0, NOW, 0, 0, &done);
  say_fs("set-times", done);
  set_times(folder, NOW, 0, 0, NOW, 0, 0, &done);
  say_fs("set-times", done);
  set_times_at(dir, 0, AT("file"), NOW, 0, 0, NOW, 0, 0, &done);
  say_fs("set-times-at", done);
  create_directory_at(folder, AT("x"), &done);
  say_fs("create-directory-at", done);
  remove_directory_at(dir, AT("folder"), &done);
  say_fs("remove-directory-at", done);
  unlink_file_at(dir, AT("file"), &done);
  say_fs("unlink-file-at", done);
  rename_at(dir, AT("file"), dir, AT("x"), &done);
  say_fs("rename-at", done);
  link_at(dir, 0, AT("file"), dir, AT("x"), &done);
  say_fs("link-at", done);
  symlink_at(dir, AT("file"), AT("x"), &done);
  say_fs("symlink-at", done);
  fs_sync(file, &done);
  say_fs("sync", done);
  FsText text;
  readlink_at(dir, AT("link"), &text);
  say_text("link", text);
  FsHash hash;
  metadata_hash_at(dir, 0, AT("file"), &hash);
  say_fs("metadata-hash-at", (FsDone){hash.err, hash.code});
  say_stat_at(dir, 0, "file");
  return true;
}
