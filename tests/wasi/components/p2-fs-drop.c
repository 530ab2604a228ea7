// What is dropped is closed: more files and directories, one after the other, than a process may have open at once.

#include "p2-fs.h"

static bool run(void) {
  Handle dir = granted();
  for (int i = 0; i < 1000; i++)
    drop_descriptor(open(dir, "file", 0, READ));
  say("files\n");
  for (int i = 0; i < 1000; i++) {
    Handle folder = open(dir, "folder", DIRECTORY, READ);
    FsHandle entries;
    read_directory(folder, &entries);
    if (entries.err)
      __builtin_trap();
    drop_descriptor(folder);
    drop_entries(entries.handle);
  }
  say("directories\n");
  return true;
}
