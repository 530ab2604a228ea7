// What traps: the argument says which.

#include "p2-net.h"

static bool is(List text, const char *word) {
  for (size_t at = 0; at < text.len; at++)
    if (word[at] == 0 || text.ptr[at] != word[at])
      return false;
  return word[text.len] == 0;
}

static bool run(void) {
  Texts arguments;
  get_arguments(&arguments);
  List what = arguments.ptr[1];
  network = instance_network();
  Handle socket = bound_udp(IPV4);
  Handles streams = MUST(udp_stream(socket, NULL));
  Outgoing many[17];
  for (size_t at = 0; at < 17; at++)
    many[at] = (Outgoing){.data = "x", .len = 1, .some = 1, .to = loopback(IPV4, 9)};
  say("now\n");
  if (is(what, "unpermitted"))
    CALL(Long, udp_send, streams.handles[1], many, 1);
  if (is(what, "twice")) {
    MUST(CALL(Long, udp_check_send, streams.handles[1]));
    CALL(Long, udp_send, streams.handles[1], many, 0);
    CALL(Long, udp_send, streams.handles[1], many, 1);
  }
  if (is(what, "too-many")) {
    MUST(CALL(Long, udp_check_send, streams.handles[1]));
    CALL(Long, udp_send, streams.handles[1], many, 17);
  }
  if (is(what, "streams"))
    udp_stream(socket, NULL);
  if (is(what, "socket"))
    drop_udp(socket);
  if (is(what, "pollable")) {
    Handle connecting = tcp(IPV4);
    tcp_subscribe(connecting);
    drop_tcp(connecting);
  }
  if (is(what, "name")) {
    Handle lookup = MUST(CALL(Word, resolve_addresses, network, "127.0.0.1", 9)).handle;
    resolve_subscribe(lookup);
    drop_resolve(lookup);
  }
  say("not trapped\n");
  return true;
}
