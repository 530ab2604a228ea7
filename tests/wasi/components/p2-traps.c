// What a program must not do with streams and pollables: the first argument says what it tries.

#include "p2.h"

static bool run(void) {
  Texts arguments;
  get_arguments(&arguments);
  static uint8_t bytes[1 << 21];
  Count count;
  Done done;
  Numbers numbers;
  switch (arguments.ptr[1].ptr[0]) {
  case 'i': {
    Handle in = get_stdin();
    in_subscribe(in);
    drop_input(in);
    break;
  }
  case 'o':
    out_subscribe(out);
    drop_output(out);
    break;
  case 'e':
    poll_list(NULL, 0, &numbers);
    break;
  case 'l':
    out_blocking_write_and_flush(out, bytes, 4097, &done);
    break;
  case 'z':
    out_blocking_write_zeroes_and_flush(out, 4097, &done);
    break;
  case 'p':
    out_check_write(out, &count);
    out_write(out, bytes, count.count + 1, &done);
    break;
  case 'u':
    out_write(out, bytes, 1, &done);
    break;
  case 'w':
    out_check_write(out, &count);
    out_write_zeroes(out, count.count + 1, &done);
    break;
  }
  say("not reached\n");
  return true;
}
