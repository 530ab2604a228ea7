// Reading from what does not deliver at once.

#include "p2.h"

static bool run(void) {
  Handle in = get_stdin();
  Handle pollable = in_subscribe(in);
  say_bool("ready: ", ready(pollable));
  Bytes bytes;
  in_read(in, 10, &bytes);
  say_bytes("read: ", bytes);
  Count count;
  in_skip(in, 10, &count);
  say_count("skip: ", count);
  in_blocking_read(in, 5, &bytes);
  say_bytes("blocking-read: ", bytes);
  block(pollable);
  in_blocking_skip(in, 1, &count);
  say_count("blocking-skip: ", count);
  in_blocking_read(in, 100, &bytes);
  say_bytes("blocking-read: ", bytes);
  in_blocking_read(in, 100, &bytes);
  say_bytes("blocking-read: ", bytes);
  return true;
}
