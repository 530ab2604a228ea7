// Datagrams of a program to itself, in both families; with a peer and without.

#include "p2-net.h"

static Outgoing datagram(const char *text, const Address *to) {
  size_t len = 0;
  while (text[len] != 0)
    len++;
  Outgoing made = {.data = text, .len = len, .some = to != NULL};
  if (to != NULL)
    made.to = *to;
  return made;
}

static Long sent(Handle stream, const Outgoing *datagrams, size_t count) {
  MUST(CALL(Long, udp_check_send, stream));
  return CALL(Long, udp_send, stream, datagrams, count);
}

static void say_datagrams(const char *what, Handle stream, uint64_t most, Address from) {
  Received received;
  udp_receive(stream, most, &received);
  say(what);
  if (received.err) {
    say(codes[received.code]);
    say("\n");
    return;
  }
  say_number(received.len);
  for (size_t at = 0; at < received.len; at++) {
    say(" `");
    print(out, received.ptr[at].data.ptr, received.ptr[at].data.len);
    say(port_of(received.ptr[at].from) == port_of(from) ? "`" : "` of somebody else");
  }
  say("\n");
}

static void drop_streams(Handles streams) {
  drop_incoming(streams.handles[0]);
  drop_outgoing(streams.handles[1]);
}

static void exchange(int family) {
  say(family == IPV4 ? "- IPv4\n" : "- IPv6\n");
  Handle one = bound_udp(family), two = bound_udp(family);
  Address of_one = udp_local(one), of_two = udp_local(two);
  Handles ones = MUST(udp_stream(one, NULL)), twos = MUST(udp_stream(two, NULL));
  say_datagrams("nothing yet: ", twos.handles[0], 10, of_one);
  Handle pollable = incoming_subscribe(twos.handles[0]);
  say_bool("ready: ", ready(pollable));
  Outgoing three[] = {datagram("a", &of_two), datagram("", &of_two), datagram("ccc", &of_two)};
  say_number_of("sent: ", MUST(sent(ones.handles[1], three, 3)).value);
  block(pollable);
  drop_pollable(pollable);
  say_datagrams("none: ", twos.handles[0], 0, of_one);
  say_datagrams("two of them: ", twos.handles[0], 2, of_one);
  say_datagrams("the rest: ", twos.handles[0], 10, of_one);
  Outgoing back = datagram("back", &of_one);
  say_number_of("sent: ", MUST(sent(twos.handles[1], &back, 1)).value);
  wait_for(incoming_subscribe(ones.handles[0]));
  say_datagrams("back: ", ones.handles[0], 10, of_two);
  pollable = outgoing_subscribe(ones.handles[1]);
  say_bool("ready to send: ", ready(pollable));
  drop_pollable(pollable);
  SAY("to nobody", sent(ones.handles[1], &(Outgoing){.data = "x", .len = 1}, 1));
  SAY("remote-address", CALL(Where, udp_remote_address, one));

  // With a peer: others are not heard.
  drop_streams(ones);
  ones = MUST(udp_stream(one, &of_two));
  say_bool("remote-address: ", port_of(MUST(CALL(Where, udp_remote_address, one)).address) == port_of(of_two));
  Handle three_socket = bound_udp(family);
  Handles threes = MUST(udp_stream(three_socket, NULL));
  Outgoing stranger = datagram("stranger", &of_one);
  MUST(sent(threes.handles[1], &stranger, 1));
  back = datagram("friend", &of_one);
  MUST(sent(twos.handles[1], &back, 1));
  wait_for(incoming_subscribe(ones.handles[0]));
  say_datagrams("heard: ", ones.handles[0], 10, of_two);
  Address of_three = udp_local(three_socket);
  Outgoing to_peer[] = {datagram("to the peer", NULL), datagram("to it by name", &of_two)};
  say_number_of("sent: ", MUST(sent(ones.handles[1], to_peer, 2)).value);
  wait_for(incoming_subscribe(twos.handles[0]));
  say_datagrams("peer: ", twos.handles[0], 10, of_one);
  Outgoing other[] = {datagram("ok", NULL), datagram("not ok", &of_three)};
  SAY("to somebody else", sent(ones.handles[1], other + 1, 1));
  say_number_of("one of two: ", MUST(sent(ones.handles[1], other, 2)).value);

  drop_streams(ones);
  drop_streams(twos);
  drop_streams(threes);
  drop_udp(one);
  drop_udp(two);
  drop_udp(three_socket);
}

static void states(void) {
  say("- states\n");
  Handle socket = udp(IPV4);
  SAY("finish-bind", CALL(Status, udp_finish_bind, socket));
  SAY("local-address", CALL(Where, udp_local_address, socket));
  SAY("remote-address", CALL(Where, udp_remote_address, socket));
  SAY("stream", udp_stream(socket, NULL));
  Address mapped = {.family = IPV6, .v6 = {.address = {0, 0, 0, 0, 0, 0xffff, 0x7f00, 1}}};
  SAY("the other family", udp_start_bind(socket, loopback(IPV6, 0)));
  SAY("somebody else's", udp_start_bind(socket, v4(192, 0, 2, 1, 0)));
  Handle six = udp(IPV6);
  SAY("mapped", udp_start_bind(six, mapped));
  drop_udp(six);
  SAY("start-bind", udp_start_bind(socket, loopback(IPV4, 0)));
  SAY("again", udp_start_bind(socket, loopback(IPV4, 0)));
  SAY("local-address", CALL(Where, udp_local_address, socket));
  SAY("finish-bind", CALL(Status, udp_finish_bind, socket));
  SAY("local-address", CALL(Where, udp_local_address, socket));
  Handle second = udp(IPV4);
  SAY("another at the same address", udp_start_bind(second, udp_local(socket)));
  drop_udp(second);
  Address none = v4(0, 0, 0, 0, 80), no_port = loopback(IPV4, 0), other = loopback(IPV6, 80);
  SAY("peer is nobody", udp_stream(socket, &none));
  SAY("peer has no port", udp_stream(socket, &no_port));
  SAY("peer of the other family", udp_stream(socket, &other));
  Handles streams = MUST(udp_stream(socket, NULL));
  Outgoing to = datagram("x", &none);
  SAY("to nobody", sent(streams.handles[1], &to, 1));
  to = datagram("x", &no_port);
  SAY("to no port", sent(streams.handles[1], &to, 1));
  to = datagram("x", &other);
  SAY("to the other family", sent(streams.handles[1], &to, 1));
  static char large[70000];
  Address own = udp_local(socket);
  to = (Outgoing){.data = large, .len = 65507, .some = 1, .to = own};
  say_number_of("the largest: ", MUST(sent(streams.handles[1], &to, 1)).value);
  to.len++;
  SAY("one byte more", sent(streams.handles[1], &to, 1));
  to.len = 70000;
  SAY("more than any", sent(streams.handles[1], &to, 1));
  wait_for(incoming_subscribe(streams.handles[0]));
  Received received;
  udp_receive(streams.handles[0], 1, &received);
  say_number_of("bytes: ", received.err ? 0 : received.ptr[0].data.len);
  say_number_of("permit: ", MUST(CALL(Long, udp_check_send, streams.handles[1])).value);
  say_number_of("nothing sent: ", MUST(CALL(Long, udp_send, streams.handles[1], &to, 0)).value);
  drop_streams(streams);

  // Nobody listens there: the system says so when it is asked again.
  Handle gone = bound_udp(IPV4);
  Address at = udp_local(gone);
  drop_udp(gone);
  streams = MUST(udp_stream(socket, &at));
  to = datagram("x", NULL);
  say_number_of("sent: ", MUST(sent(streams.handles[1], &to, 1)).value);
  wait_for(incoming_subscribe(streams.handles[0]));
  udp_receive(streams.handles[0], 1, &received);
  say("then: ");
  say(received.err ? codes[received.code] : "ok");
  say("\n");
  drop_streams(streams);
  drop_udp(socket);
}

static bool run(void) {
  network = instance_network();
  exchange(IPV4);
  exchange(IPV6);
  states();
  return true;
}
