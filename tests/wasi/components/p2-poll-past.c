// Instants that are over are ready at once.

#include "p2.h"

static bool run(void) {
  Handle past = subscribe_instant(monotonic_now());
  Handle now = subscribe_duration(0);
  Handle first = subscribe_instant(0);
  say_bool("past: ", ready(past));
  say_bool("now: ", ready(now));
  say_bool("the first: ", ready(first));
  block(past);
  block(now);
  block(first);
  return true;
}
