// All ways to write to an output stream.

#include "p2.h"

static bool run(void) {
  Count count;
  Done done;
  out_check_write(out, &count);
  say_bool("something can be written: ", !count.err && count.count != 0);

  out_check_write(out, &count);
  out_write(out, "written\n", 8, &done);
  say_done("write: ", done);
  out_flush(out, &done);
  say_done("flush: ", done);
  out_blocking_flush(out, &done);
  say_done("blocking-flush: ", done);
  out_blocking_write_and_flush(out, "", 0, &done);
  say_done("nothing: ", done);

  out_check_write(out, &count);
  out_write_zeroes(out, 3, &done);
  say_done("\nwrite-zeroes: ", done);
  out_blocking_write_zeroes_and_flush(out, 4, &done);
  say_done("\nblocking-write-zeroes-and-flush: ", done);

  static uint8_t most[4096];
  for (size_t i = 0; i < sizeof most; i++)
    most[i] = i % 64 == 63 ? '\n' : 'a' + i % 64 % 26;
  out_blocking_write_and_flush(out, most, sizeof most, &done);
  say_done("blocking-write-and-flush: ", done);

  Handle pollable = out_subscribe(out);
  block(pollable);
  say_bool("ready: ", ready(pollable));
  drop_pollable(pollable);
  Handle again = get_stdout();
  drop_output(again);
  say("still open\n");
  return true;
}
