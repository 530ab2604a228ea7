// advise, sync, sync-data.

#include "p2-fs.h"

static bool run(void) {
  Handle dir = granted();
  Handle writable = open(dir, "file", 0, READ | WRITE), readable = open(dir, "file", 0, READ);
  FsDone done;
  for (uint32_t advice = 0; advice < 6; advice++) {
    advise(readable, 0, 3, advice, &done);
    say_fs("advise", done);
  }
  advise(readable, 100, 0, 3, &done);
  say_fs("behind the end", done);
  advise(dir, 0, 0, 0, &done);
  say_fs("of a directory", done);
  FsCount count;
  fs_write(writable, "new", 3, 0, &count);
  say_fs_count("write", count);
  fs_sync(writable, &done);
  say_fs("sync", done);
  sync_data(writable, &done);
  say_fs("sync-data", done);
  fs_sync(readable, &done);
  say_fs("sync what is read", done);
  sync_data(readable, &done);
  say_fs("sync-data of what is read", done);
  fs_sync(dir, &done);
  say_fs("sync a directory", done);
  sync_data(dir, &done);
  say_fs("sync-data of a directory", done);
  return true;
}
