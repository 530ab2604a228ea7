// What sockets are set to, and what they refuse.

#include "p2-net.h"

#define MOST UINT64_MAX

static void tcp_options(int family) {
  say(family == IPV4 ? "- TCP, IPv4\n" : "- TCP, IPv6\n");
  Handle socket = tcp(family);
  say_number_of("keep-alive: ", MUST(CALL(Byte, tcp_keep_alive, socket)).value);
  SAY("set", CALL(Status, tcp_set_keep_alive, socket, 1));
  say_number_of("keep-alive: ", MUST(CALL(Byte, tcp_keep_alive, socket)).value);
  SAY("set", CALL(Status, tcp_set_keep_alive, socket, 0));
  say_number_of("keep-alive: ", MUST(CALL(Byte, tcp_keep_alive, socket)).value);

  SAY("idle time of nothing", CALL(Status, tcp_set_idle_time, socket, 0));
  static const uint64_t times[] = {1, SECOND - 1, SECOND, 7 * SECOND + 1, MOST};
  for (size_t at = 0; at < sizeof times / sizeof *times; at++) {
    SAY("idle time", CALL(Status, tcp_set_idle_time, socket, times[at]));
    say_number_of("is ", MUST(CALL(Long, tcp_idle_time, socket)).value);
    SAY("interval", CALL(Status, tcp_set_interval, socket, times[at]));
    say_number_of("is ", MUST(CALL(Long, tcp_interval, socket)).value);
  }
  SAY("interval of nothing", CALL(Status, tcp_set_interval, socket, 0));
  static const uint32_t counts[] = {1, 9, 127, 128, UINT32_MAX};
  for (size_t at = 0; at < sizeof counts / sizeof *counts; at++) {
    SAY("count", CALL(Status, tcp_set_count, socket, counts[at]));
    say_number_of("is ", MUST(CALL(Word, tcp_count, socket)).value);
  }
  SAY("count of nothing", CALL(Status, tcp_set_count, socket, 0));

  SAY("hop limit", CALL(Status, tcp_set_hop_limit, socket, 7));
  say_number_of("is ", MUST(CALL(Byte, tcp_hop_limit, socket)).value);
  SAY("hop limit", CALL(Status, tcp_set_hop_limit, socket, 255));
  say_number_of("is ", MUST(CALL(Byte, tcp_hop_limit, socket)).value);
  SAY("no hop", CALL(Status, tcp_set_hop_limit, socket, 0));

  SAY("receive buffer", CALL(Status, tcp_set_receive_buffer, socket, 10000));
  say_number_of("is ", MUST(CALL(Long, tcp_receive_buffer, socket)).value);
  SAY("of all", CALL(Status, tcp_set_receive_buffer, socket, MOST));
  say_bool("is much: ", MUST(CALL(Long, tcp_receive_buffer, socket)).value > 100000);
  SAY("of one", CALL(Status, tcp_set_receive_buffer, socket, 1));
  say_bool("is little: ", MUST(CALL(Long, tcp_receive_buffer, socket)).value < 10000);
  SAY("of nothing", CALL(Status, tcp_set_receive_buffer, socket, 0));
  SAY("send buffer", CALL(Status, tcp_set_send_buffer, socket, 10000));
  say_number_of("is ", MUST(CALL(Long, tcp_send_buffer, socket)).value);
  SAY("of nothing", CALL(Status, tcp_set_send_buffer, socket, 0));
  SAY("backlog", CALL(Status, tcp_set_backlog, socket, MOST));
  SAY("of nothing", CALL(Status, tcp_set_backlog, socket, 0));
  drop_tcp(socket);
}

// What is accepted is set as its listener is.
static void inherited(void) {
  say("- accepted\n");
  Handle listening = listener(IPV4);
  MUST(CALL(Status, tcp_set_hop_limit, listening, 42));
  MUST(CALL(Status, tcp_set_keep_alive, listening, 1));
  MUST(CALL(Status, tcp_set_idle_time, listening, 9 * SECOND));
  Connection client = connect_to(tcp_local(listening)), server = accept_from(listening);
  say_number_of("hop limit: ", MUST(CALL(Byte, tcp_hop_limit, server.socket)).value);
  say_number_of("keep-alive: ", MUST(CALL(Byte, tcp_keep_alive, server.socket)).value);
  say_number_of("idle time: ", MUST(CALL(Long, tcp_idle_time, server.socket)).value);
  say_number_of("family: ", tcp_address_family(server.socket));
  close_connection(server);
  close_connection(client);
  drop_tcp(listening);
}

static void udp_options(int family) {
  say(family == IPV4 ? "- UDP, IPv4\n" : "- UDP, IPv6\n");
  Handle socket = udp(family);
  say_number_of("family: ", udp_address_family(socket));
  SAY("hop limit", CALL(Status, udp_set_hop_limit, socket, 7));
  say_number_of("is ", MUST(CALL(Byte, udp_hop_limit, socket)).value);
  SAY("no hop", CALL(Status, udp_set_hop_limit, socket, 0));
  SAY("receive buffer", CALL(Status, udp_set_receive_buffer, socket, 10000));
  say_number_of("is ", MUST(CALL(Long, udp_receive_buffer, socket)).value);
  SAY("of nothing", CALL(Status, udp_set_receive_buffer, socket, 0));
  SAY("send buffer", CALL(Status, udp_set_send_buffer, socket, 10000));
  say_number_of("is ", MUST(CALL(Long, udp_send_buffer, socket)).value);
  SAY("of nothing", CALL(Status, udp_set_send_buffer, socket, 0));
  Handle pollable = udp_subscribe(socket);
  say_bool("ready: ", ready(pollable));
  drop_pollable(pollable);
  drop_udp(socket);
}

static bool run(void) {
  network = instance_network();
  tcp_options(IPV4);
  tcp_options(IPV6);
  inherited();
  udp_options(IPV4);
  udp_options(IPV6);
  return true;
}
