// A line to standard output, and one to standard error.

#include "p2.h"

static bool run(void) {
  say("hello from a component\n");
  print(err, "and an error\n", 13);
  return true;
}
