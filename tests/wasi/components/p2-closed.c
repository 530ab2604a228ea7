// Standard streams that are not there: what the streams say then.

#include "p2.h"

static bool run(void) {
  Handle in = get_stdin();
  Bytes bytes;
  in_blocking_read(in, 10, &bytes);
  say_bytes("first: ", bytes);
  in_blocking_read(in, 10, &bytes);
  say_bytes("then: ", bytes);
  Done done;
  out_blocking_write_and_flush(err, "x", 1, &done);
  say_done("standard error, first: ", done);
  out_blocking_write_and_flush(err, "x", 1, &done);
  say_done("standard error, then: ", done);
  Count count;
  out_check_write(err, &count);
  say_bool("check-write: ", count.err);
  return true;
}
