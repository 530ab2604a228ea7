// Nothing was granted.

#include "p2-fs.h"

static bool run(void) {
  Directories all;
  get_directories(&all);
  say_number(all.len);
  say("\n");
  return true;
}
