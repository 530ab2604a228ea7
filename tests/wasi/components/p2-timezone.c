// The time zone, which is nobody's.

#include "p2.h"

static bool run(void) {
  Timezone zone;
  timezone_display(1700000000, 5, &zone);
  say("name: ");
  print(out, zone.name.ptr, zone.name.len);
  say_bool("\noffset: ", zone.utc_offset != 0);
  say_bool("summer: ", zone.in_daylight_saving_time);
  say_bool("offset: ", timezone_utc_offset(1700000000, 5) != 0);
  return true;
}
