// set-times and set-times-at: each time set, left, and now.

#include "p2-fs.h"

static void say_time(const char *what, OptionTime time) {
  say(what);
  if (!time.some) {
    say("none\n");
    return;
  }
  if (time.time.seconds > 1600000000)
    say("lately\n");
  else {
    say_number(time.time.seconds);
    say(" ");
    say_number(time.time.nanoseconds);
    say("\n");
  }
}

static void say_times(const char *what, FsStat stat) {
  say(what);
  say("\n");
  if (stat.err) {
    say_code(stat.code);
    return;
  }
  say_time("  accessed ", stat.stat.accessed);
  say_time("  modified ", stat.stat.modified);
  say_time("  changed ", stat.stat.changed);
}

static void at(Handle dir, uint32_t flags, const char *path) {
  FsStat stat;
  stat_at(dir, flags, AT(path), &stat);
  say_times(path, stat);
}

static bool run(void) {
  Handle dir = granted();
  FsDone done;
  Handle file = open(dir, "file", 0, READ);
  set_times(file, TIMESTAMP, 1000, 1, TIMESTAMP, 2000, 999999999, &done);
  say_fs("both", done);
  at(dir, 0, "file");
  set_times(file, NO_CHANGE, 0, 0, TIMESTAMP, 3000, 0, &done);
  say_fs("modified", done);
  at(dir, 0, "file");
  set_times(file, TIMESTAMP, 4000, 5, NO_CHANGE, 0, 0, &done);
  say_fs("accessed", done);
  at(dir, 0, "file");
  set_times(file, NO_CHANGE, 0, 0, NO_CHANGE, 0, 0, &done);
  say_fs("none", done);
  at(dir, 0, "file");
  set_times(file, NOW, 0, 0, NO_CHANGE, 0, 0, &done);
  say_fs("now", done);
  at(dir, 0, "file");
  set_times(file, TIMESTAMP, 1000, 2500000000, NOW, 0, 0, &done);
  say_fs("more nanoseconds than a second has", done);
  at(dir, 0, "file");
  set_times(file, TIMESTAMP, UINT64_MAX, 0, NOW, 0, 0, &done);
  say_fs("too late", done);
  set_times(file, TIMESTAMP, 0, 0, TIMESTAMP, 0, 0, &done);
  say_fs("the first second", done);
  FsStat stat;
  fs_stat(file, &stat);
  say_times("opened", stat);

  Handle folder = open(dir, "folder", DIRECTORY, READ);
  set_times(folder, TIMESTAMP, 11, 0, TIMESTAMP, 12, 0, &done);
  say_fs("of a directory", done);
  at(dir, 0, "folder");

  set_times_at(dir, FOLLOW, AT("link"), TIMESTAMP, 21, 0, TIMESTAMP, 22, 0, &done);
  say_fs("through a link", done);
  at(dir, FOLLOW, "link");
  at(dir, 0, "file");
  set_times_at(dir, 0, AT("link"), TIMESTAMP, 31, 0, TIMESTAMP, 32, 0, &done);
  say_fs("of a link", done);
  at(dir, 0, "link");
  at(dir, 0, "file");
  set_times_at(dir, 0, AT("folder"), NOW, 0, 0, TIMESTAMP, 1, 0, &done);
  say_fs("of a directory", done);
  at(dir, 0, "folder");
  set_times_at(dir, FOLLOW, AT("broken"), NOW, 0, 0, NOW, 0, 0, &done);
  say_fs("of nothing", done);
  set_times_at(dir, 0, AT("none"), NOW, 0, 0, NOW, 0, 0, &done);
  say_fs("of nothing", done);
  set_times_at(dir, 0, AT("file"), TIMESTAMP, UINT64_MAX, 999999999, NO_CHANGE, 0, 0, &done);
  say_fs("too late", done);
  set_times_at(file, 0, AT("file"), NOW, 0, 0, NO_CHANGE, 0, 0, &done);
  say_fs("below a file", done);
  return true;
}
