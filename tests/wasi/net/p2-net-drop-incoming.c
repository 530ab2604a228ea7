// A stream of incoming datagrams that something waits for is not dropped. (Its other half is never dropped here.)

#include "p2-net.h"

static bool run(void) {
  network = instance_network();
  Handles streams = MUST(udp_stream(bound_udp(IPV4), NULL));
  Handle pollable = incoming_subscribe(streams.handles[0]);
  say_bool("ready: ", ready(pollable));
  drop_incoming(streams.handles[0]);
  say("not trapped\n");
  return true;
}
