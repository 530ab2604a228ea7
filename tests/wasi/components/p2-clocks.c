// What the clocks say, as far as it is known.

#include "p2.h"

static bool run(void) {
  uint64_t one = monotonic_now(), other = monotonic_now();
  say_bool("the monotonic clock goes on: ", one != 0 && other >= one);
  uint64_t resolution = monotonic_resolution();
  say_bool("it has a resolution: ", resolution != 0 && resolution <= SECOND);
  Datetime now, tick;
  wall_now(&now);
  say_bool("it is after 2020: ", now.seconds > UINT64_C(1577836800));
  say_bool("and before 2200: ", now.seconds < UINT64_C(7258118400));
  say_bool("less than a second: ", now.nanoseconds < SECOND);
  wall_resolution(&tick);
  say_bool("it has a resolution: ", (tick.seconds != 0) != (tick.nanoseconds != 0));
  return true;
}
