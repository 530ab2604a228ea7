// A UDP socket with a peer, and then without: it keeps the port that the system has chosen for it.

#include "p2-net.h"

static void say_heard(Handle stream, Address from) {
  wait_for(incoming_subscribe(stream));
  Received received = CALL(Received, udp_receive, stream, 10);
  if (received.err || received.len != 1)
    __builtin_trap();
  say("heard: `");
  print(out, received.ptr[0].data.ptr, received.ptr[0].data.len);
  say(port_of(received.ptr[0].from) == port_of(from) ? "`\n" : "` of somebody else\n");
}

static void again(int family) {
  say(family == IPV4 ? "- IPv4\n" : "- IPv6\n");
  Handle one = bound_udp(family), two = bound_udp(family), three = bound_udp(family);
  Address of_one = udp_local(one), of_two = udp_local(two), of_three = udp_local(three);
  Handles ones = MUST(udp_stream(one, &of_two)), threes = MUST(udp_stream(three, NULL));
  drop_incoming(ones.handles[0]);
  drop_outgoing(ones.handles[1]);
  ones = MUST(udp_stream(one, &of_three));
  say_bool("another peer: ", port_of(MUST(CALL(Where, udp_remote_address, one)).address) == port_of(of_three));
  say_bool("the same port: ", port_of(udp_local(one)) == port_of(of_one));
  drop_incoming(ones.handles[0]);
  drop_outgoing(ones.handles[1]);
  ones = MUST(udp_stream(one, NULL));
  SAY("remote-address", CALL(Where, udp_remote_address, one));
  say_bool("the same port: ", port_of(udp_local(one)) == port_of(of_one));
  Outgoing stranger = {.data = "stranger", .len = 8, .some = 1, .to = of_one};
  MUST(CALL(Long, udp_check_send, threes.handles[1]));
  MUST(CALL(Long, udp_send, threes.handles[1], &stranger, 1));
  say_heard(ones.handles[0], of_three);
}

static void half_bound(void) {
  Handle socket = udp(IPV4);
  MUST(udp_start_bind(socket, loopback(IPV4, 0)));
  SAY("stream of what is not bound yet", udp_stream(socket, NULL));
}

static bool run(void) {
  network = instance_network();
  again(IPV4);
  again(IPV6);
  half_bound();
  return true;
}
