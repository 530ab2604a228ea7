// Making, renaming, linking and removing names.

#include "p2-fs.h"

static Handle dir, folder;

static void mkdir(const char *path) {
  FsDone done;
  create_directory_at(dir, AT(path), &done);
  say("create-directory-at ");
  say_fs(path, done);
}

static void rmdir(const char *path) {
  FsDone done;
  remove_directory_at(dir, AT(path), &done);
  say("remove-directory-at ");
  say_fs(path, done);
}

static void unlink(const char *path) {
  FsDone done;
  unlink_file_at(dir, AT(path), &done);
  say("unlink-file-at ");
  say_fs(path, done);
}

static void rename(const char *old, Handle to, const char *new) {
  FsDone done;
  rename_at(dir, AT(old), to, AT(new), &done);
  say("rename-at ");
  say(old);
  say(to == dir ? " to " : " into the folder as ");
  say_fs(new, done);
}

static void link(uint32_t flags, const char *old, Handle to, const char *new) {
  FsDone done;
  link_at(dir, flags, AT(old), to, AT(new), &done);
  say("link-at ");
  say(old);
  say(to == dir ? " to " : " into the folder as ");
  say_fs(new, done);
}

static void symlink(const char *old, const char *new) {
  FsDone done;
  symlink_at(dir, AT(old), AT(new), &done);
  say("symlink-at ");
  say(old);
  say(" at ");
  say_fs(new, done);
}

static void readlink(const char *path) {
  FsText text;
  readlink_at(dir, AT(path), &text);
  say("readlink-at ");
  say_text(path, text);
}

static bool run(void) {
  dir = granted();
  mkdir("folder");
  mkdir("folder");
  mkdir("folder/below/");
  mkdir("none/below");
  mkdir("file");
  mkdir("");
  mkdir(".");
  mkdir("broken");
  folder = open(dir, "folder", DIRECTORY, READ | MUTATE);

  rename("file", dir, "renamed");
  rename("renamed", folder, "moved");
  say_stat_at(dir, 0, "folder/moved");
  rename("none", dir, "other");
  rename("folder", folder, "itself");
  rename("folder/below", dir, "above");
  rename("above", dir, "second");
  rename("second", folder, "moved");
  rename("folder/moved", dir, "file");
  rename("file", dir, "file/");
  rename("file", dir, "second");
  show(dir, "file");

  link(0, "file", dir, "hard");
  link(0, "file", dir, "hard");
  link(0, "file", folder, "hard");
  link(0, "none", dir, "harder");
  link(0, "folder", dir, "harder");
  link(0, "link", dir, "linked");
  link(0, "file", dir, "none/hard");
  link(0, "file", dir, "harder/");
  say_stat_at(dir, 0, "file");
  say_stat_at(dir, 0, "linked");

  symlink("file", "soft");
  symlink("file", "soft");
  symlink("gone/away", "dangling");
  symlink("/absolute", "absolute");
  symlink("../outside", "outside");
  symlink("", "empty");
  symlink("x", "none/soft");
  symlink("x", "slash/");
  readlink("soft");
  readlink("dangling");
  readlink("outside");
  readlink("absolute");
  readlink("file");
  readlink("folder");
  readlink("none");
  readlink("soft/");
  readlink("rooted");
  show(dir, "soft");

  unlink("hard");
  unlink("hard");
  unlink("folder");
  unlink("folder/");
  unlink("soft/");
  unlink("soft");
  unlink("file/");
  unlink("none/x");
  unlink("dangling");
  unlink("outside");
  unlink("linked");

  rmdir("folder");
  rmdir("file");
  rmdir("none");
  rmdir("second");
  rmdir("link");
  rmdir(".");
  unlink("folder/hard");
  rmdir("folder/");
  rmdir("folder");
  // It is open still, and gone.
  FsDone done;
  create_directory_at(folder, AT("x"), &done);
  say_fs("in what is gone", done);
  create_directory_at(open(dir, "file", 0, READ), AT("x"), &done);
  say_fs("in a file", done);
  return true;
}
