// What was granted, twice: the second time after the handles of the first are gone.

#include "p2-fs.h"

static bool run(void) {
  for (int turn = 0; turn < 2; turn++) {
    Directories all;
    get_directories(&all);
    say_number(all.len);
    say("\n");
    for (size_t i = 0; i < all.len; i++) {
      print(out, all.ptr[i].name.ptr, all.ptr[i].name.len);
      FsByte type, flags;
      get_type(all.ptr[i].dir, &type);
      say_type("", type);
      get_flags(all.ptr[i].dir, &flags);
      say_flags("flags", flags);
      FsStat stat;
      stat_at(all.ptr[i].dir, 0, AT("file"), &stat);
      say_stat("file", stat);
      drop_descriptor(all.ptr[i].dir);
    }
  }
  return true;
}
