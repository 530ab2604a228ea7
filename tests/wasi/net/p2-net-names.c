// Names: addresses as they are written, and what is neither.

#include "p2-net.h"

static void look_up(const char *name) {
  size_t len = 0;
  while (name[len] != 0)
    len++;
  say("`");
  say(name);
  say("`:");
  Word begun = CALL(Word, resolve_addresses, network, name, len);
  if (begun.err) {
    say(" not begun, ");
    say(codes[begun.code]);
    say("\n");
    return;
  }
  Handle pollable = resolve_subscribe(begun.handle);
  for (;;) {
    Next next;
    resolve_next(begun.handle, &next);
    if (next.err && next.code == WOULD_BLOCK) {
      block(pollable);
      continue;
    }
    if (next.err) {
      say(" ");
      say(codes[next.code]);
      break;
    }
    if (!next.some)
      break;
    for (int at = 0; at < (next.ip.family == IPV4 ? 4 : 8); at++) {
      say(at == 0 ? " " : next.ip.family == IPV4 ? "." : ":");
      say_number(next.ip.family == IPV4 ? next.ip.v4[at] : next.ip.v6[at]);
    }
  }
  say("\n");
  say(ready(pollable) ? "" : "not ready\n");
  drop_pollable(pollable);
  drop_resolve(begun.handle);
}

static bool run(void) {
  network = instance_network();
  Texts arguments;
  get_arguments(&arguments);
  for (size_t at = 1; at < arguments.len; at++) {
    List name = arguments.ptr[at];
    char text[600];
    for (size_t byte = 0; byte < name.len; byte++)
      text[byte] = name.ptr[byte];
    text[name.len] = 0;
    look_up(text);
  }
  return true;
}
