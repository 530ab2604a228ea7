// All ways to read from an input stream.

#include "p2.h"

static bool run(void) {
  Handle in = get_stdin();
  Handle pollable = in_subscribe(in);
  block(pollable);
  say_bool("ready: ", ready(pollable));
  Bytes bytes;
  in_read(in, 3, &bytes);
  say_bytes("read: ", bytes);
  in_blocking_read(in, 4, &bytes);
  say_bytes("blocking-read: ", bytes);
  in_blocking_read(in, 0, &bytes);
  say_bytes("nothing: ", bytes);
  Count count;
  block(pollable);
  in_skip(in, 2, &count);
  say_count("skip: ", count);
  in_blocking_skip(in, 3, &count);
  say_count("blocking-skip: ", count);
  in_blocking_read(in, UINT64_MAX, &bytes);
  say_bytes("the rest: ", bytes);
  // The end, which is something to read.
  block(pollable);
  in_blocking_read(in, 1, &bytes);
  say_bytes("blocking-read: ", bytes);
  in_read(in, 1, &bytes);
  say_bytes("read: ", bytes);
  in_skip(in, 1, &count);
  say_count("skip: ", count);
  in_blocking_skip(in, 1, &count);
  say_count("blocking-skip: ", count);
  say_bool("ready: ", ready(pollable));
  drop_pollable(pollable);
  drop_input(in);
  return true;
}
