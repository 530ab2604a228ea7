// Several pollables at once, with and without deadlines.

#include "p2.h"

static void poll_and_say(const char *what, const Handle *list, size_t len) {
  Numbers numbers;
  poll_list(list, len, &numbers);
  say(what);
  // In any order.
  for (size_t i = 0; i < len; i++)
    for (size_t j = 0; j < numbers.len; j++)
      if (numbers.ptr[j] == i) {
        say(" ");
        say_number(i);
      }
  say("\n");
}

static bool run(void) {
  uint64_t start = monotonic_now();
  Handle soon = subscribe_duration(20 * MILLISECOND);
  Handle later = subscribe_duration(UINT64_C(1000) * SECOND);
  Handle never = subscribe_duration(UINT64_MAX);
  Handle never_at = subscribe_instant(UINT64_MAX);
  Handle writable = out_subscribe(out);
  Handle in = get_stdin();
  Handle readable = in_subscribe(in);
  block(readable);

  say_bool("later: ", ready(later));
  say_bool("never: ", ready(never));
  say_bool("writable: ", ready(writable));
  say_bool("readable: ", ready(readable));
  Handle all[] = {later, never, writable, later, readable};
  poll_and_say("all:", all, 5);
  Handle waiting[] = {never, later, soon, never_at};
  poll_and_say("waiting:", waiting, 4);
  uint64_t end = monotonic_now();
  say_bool("long enough: ", end - start >= 20 * MILLISECOND);
  say_bool("not too long: ", end - start < 100 * SECOND);
  say_bool("soon: ", ready(soon));

  Handle absolute = subscribe_instant(end + 10 * MILLISECOND);
  block(absolute);
  say_bool("absolute: ", monotonic_now() - end >= 10 * MILLISECOND);
  Handle relative = subscribe_duration(10 * MILLISECOND);
  end = monotonic_now();
  poll_and_say("relative:", &relative, 1);

  // Many.
  Handle many[200];
  for (size_t i = 0; i < 200; i++)
    many[i] = i == 77 || i == 199 ? subscribe_duration(0) : subscribe_duration(100 * SECOND);
  poll_and_say("many:", many, 200);
  for (size_t i = 0; i < 200; i++)
    drop_pollable(many[i]);

  // Waiting for input that does not come: its end does.
  Bytes bytes;
  in_blocking_read(in, 100, &bytes);
  say_bytes("read: ", bytes);
  Handle end_or_later[] = {later, readable};
  poll_and_say("end:", end_or_later, 2);
  drop_pollable(readable);
  drop_input(in);
  drop_pollable(writable);
  return true;
}
