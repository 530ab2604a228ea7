// Paths that lead outside, by every function that takes one.

#include "p2-fs.h"

static bool run(void) {
  Handle dir = granted();
  static const char *const PATHS[] = {"..", "../secret", "/", "/etc/passwd", "folder/../../secret", "out/secret", "rooted", "rooted/passwd", "above/secret", "secretlink"};
  for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
    const char *path = PATHS[i];
    say(path);
    say("\n");
    FsHandle opened;
    open_at(dir, FOLLOW, AT(path), 0, READ, &opened);
    say_handle("  open-at", opened);
    open_at(dir, FOLLOW, AT(path), CREATE | TRUNCATE, READ | WRITE, &opened);
    say_handle("  open-at for writing", opened);
    FsStat stat;
    stat_at(dir, FOLLOW, AT(path), &stat);
    say_stat("  stat-at", stat);
    FsHash hash;
    metadata_hash_at(dir, FOLLOW, AT(path), &hash);
    say_fs("  metadata-hash-at", (FsDone){hash.err, hash.code});
    FsDone done;
    set_times_at(dir, FOLLOW, AT(path), NOW, 0, 0, NOW, 0, 0, &done);
    say_fs("  set-times-at", done);
  }
  // What does not follow a link at the end.
  static const char *const DIRECT[] = {"..", "../secret", "/", "/etc/passwd", "folder/../../secret", "out/secret", "rooted/passwd", "above/secret"};
  for (size_t i = 0; i < sizeof DIRECT / sizeof *DIRECT; i++) {
    const char *path = DIRECT[i];
    say(path);
    say("\n");
    FsText text;
    readlink_at(dir, AT(path), &text);
    say_text("  readlink-at", text);
    FsDone done;
    unlink_file_at(dir, AT(path), &done);
    say_fs("  unlink-file-at", done);
    link_at(dir, 0, AT(path), dir, AT("stolen"), &done);
    say_fs("  link-at", done);
    link_at(dir, 0, AT("file"), dir, AT(path), &done);
    say_fs("  link-at to it", done);
    rename_at(dir, AT(path), dir, AT("stolen"), &done);
    say_fs("  rename-at", done);
    rename_at(dir, AT("file"), dir, AT(path), &done);
    say_fs("  rename-at to it", done);
    symlink_at(dir, AT("file"), AT(path), &done);
    say_fs("  symlink-at", done);
    create_directory_at(dir, AT(path), &done);
    say_fs("  create-directory-at", done);
    remove_directory_at(dir, AT(path), &done);
    say_fs("  remove-directory-at", done);
  }
  show(dir, "file");
  return true;
}
