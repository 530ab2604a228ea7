// There is no seventh advice.

#include "p2-fs.h"

static bool run(void) {
  FsDone done;
  advise(open(granted(), "file", 0, READ), 0, 0, 6, &done);
  return true;
}
