// From standard input to standard output.

#include "p2.h"

static bool run(void) {
  Handle in = get_stdin();
  Handle pollable = in_subscribe(in);
  block(pollable);
  drop_pollable(pollable);
  Count count;
  out_splice(out, in, 5, &count);
  say_count("\nsplice: ", count);
  out_blocking_splice(out, in, 6, &count);
  say_count("\nblocking-splice: ", count);
  out_splice(out, in, 0, &count);
  say_count("nothing: ", count);
  out_blocking_splice(out, in, UINT64_MAX, &count);
  say_count("\nthe rest: ", count);
  out_blocking_splice(out, in, 1, &count);
  say_count("blocking-splice: ", count);
  out_splice(out, in, 1, &count);
  say_count("splice: ", count);
  return true;
}
