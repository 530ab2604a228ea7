// The program's end as its arguments say.

#include "p2.h"

static bool run(void) {
  Texts arguments;
  get_arguments(&arguments);
  List how = arguments.ptr[1];
  say("before\n");
  switch (how.ptr[0]) {
  case 'o':
    exit_result(0);
    break;
  case 'e':
    exit_result(1);
    break;
  case 'r':
    return true;
  case 'f':
    return false;
  default: {
    uint32_t code = 0;
    for (size_t i = 0; i < how.len; i++)
      code = code * 10 + how.ptr[i] - '0';
    exit_with_code(code);
  }
  }
  say("not reached\n");
  return true;
}
