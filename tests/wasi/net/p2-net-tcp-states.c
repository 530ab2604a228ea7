// What a TCP socket refuses, by how far it has come.

#include "p2-net.h"

static void unbound(void) {
  say("- new\n");
  Handle socket = tcp(IPV4);
  say_number_of("family: ", tcp_address_family(socket));
  say_bool("listens: ", tcp_is_listening(socket));
  SAY("finish-bind", CALL(Status, tcp_finish_bind, socket));
  SAY("finish-connect", CALL(Handles, tcp_finish_connect, socket));
  SAY("start-listen", CALL(Status, tcp_start_listen, socket));
  SAY("finish-listen", CALL(Status, tcp_finish_listen, socket));
  SAY("accept", CALL(Handles, tcp_accept, socket));
  SAY("local-address", CALL(Where, tcp_local_address, socket));
  SAY("remote-address", CALL(Where, tcp_remote_address, socket));
  SAY("shutdown", CALL(Status, tcp_shutdown, socket, 2));
  Handle pollable = tcp_subscribe(socket);
  say_bool("ready: ", ready(pollable));
  drop_pollable(pollable);
  drop_tcp(socket);
}

static void addresses(void) {
  say("- addresses\n");
  Handle four = tcp(IPV4), six = tcp(IPV6);
  say_number_of("family: ", tcp_address_family(six));
  Address mapped = {.family = IPV6, .v6 = {.address = {0, 0, 0, 0, 0, 0xffff, 0x7f00, 1}}};
  Address compatible = {.family = IPV6, .v6 = {.address = {0, 0, 0, 0, 0, 0, 0x7f00, 1}}};
  Address multicast = {.family = IPV6, .v6 = {.address = {0xff02, 0, 0, 0, 0, 0, 0, 1}}};
  Address none = {.family = IPV6, .v6 = {.port = 80}};
  SAY("bind to the other family", tcp_start_bind(four, loopback(IPV6, 0)));
  SAY("bind to the other family", tcp_start_bind(six, loopback(IPV4, 0)));
  SAY("bind to mapped", tcp_start_bind(six, mapped));
  SAY("bind to compatible", tcp_start_bind(six, compatible));
  SAY("bind to multicast", tcp_start_bind(six, multicast));
  SAY("bind to multicast", tcp_start_bind(four, v4(224, 0, 0, 1, 0)));
  SAY("bind to broadcast", tcp_start_bind(four, v4(255, 255, 255, 255, 0)));
  SAY("bind to somebody else's", tcp_start_bind(four, v4(192, 0, 2, 1, 0)));
  SAY("connect to the other family", tcp_start_connect(four, loopback(IPV6, 80)));
  SAY("connect to nobody", tcp_start_connect(four, v4(0, 0, 0, 0, 80)));
  SAY("connect to nobody", tcp_start_connect(six, none));
  SAY("connect to no port", tcp_start_connect(four, loopback(IPV4, 0)));
  mapped.v6.port = 80;
  SAY("connect to mapped", tcp_start_connect(six, mapped));
  SAY("connect to multicast", tcp_start_connect(four, v4(224, 0, 0, 1, 80)));
  SAY("connect to broadcast", tcp_start_connect(four, v4(255, 255, 255, 255, 80)));
  SAY("after all that", tcp_start_bind(four, loopback(IPV4, 0)));
  drop_tcp(four);
  drop_tcp(six);
}

static void bound(void) {
  say("- bound\n");
  Handle socket = tcp(IPV4);
  SAY("start-bind", tcp_start_bind(socket, loopback(IPV4, 0)));
  SAY("again", tcp_start_bind(socket, loopback(IPV4, 0)));
  SAY("local-address", CALL(Where, tcp_local_address, socket));
  SAY("start-listen", CALL(Status, tcp_start_listen, socket));
  SAY("start-connect", tcp_start_connect(socket, loopback(IPV4, 80)));
  SAY("finish-bind", CALL(Status, tcp_finish_bind, socket));
  SAY("again", CALL(Status, tcp_finish_bind, socket));
  SAY("local-address", CALL(Where, tcp_local_address, socket));
  SAY("start-bind", tcp_start_bind(socket, loopback(IPV4, 0)));
  SAY("accept", CALL(Handles, tcp_accept, socket));
  SAY("finish-listen", CALL(Status, tcp_finish_listen, socket));
  SAY("start-listen", CALL(Status, tcp_start_listen, socket));
  SAY("again", CALL(Status, tcp_start_listen, socket));
  SAY("set-listen-backlog-size", CALL(Status, tcp_set_backlog, socket, 5));
  SAY("finish-listen", CALL(Status, tcp_finish_listen, socket));
  say_bool("listens: ", tcp_is_listening(socket));
  SAY("start-connect", tcp_start_connect(socket, loopback(IPV4, 80)));
  SAY("remote-address", CALL(Where, tcp_remote_address, socket));
  SAY("set-listen-backlog-size", CALL(Status, tcp_set_backlog, socket, 5));
  SAY("of nobody", CALL(Status, tcp_set_backlog, socket, 0));
  Handle second = tcp(IPV4);
  SAY("another at the same address", tcp_start_bind(second, tcp_local(socket)));
  SAY("at another", tcp_start_bind(second, loopback(IPV4, 0)));
  drop_tcp(second);
  drop_tcp(socket);
}

static void connected(void) {
  say("- connected\n");
  Handle listening = listener(IPV4);
  Address at = tcp_local(listening);
  Handle socket = tcp(IPV4);
  SAY("start-connect", tcp_start_connect(socket, at));
  SAY("again", tcp_start_connect(socket, at));
  SAY("start-bind", tcp_start_bind(socket, loopback(IPV4, 0)));
  SAY("hop-limit", CALL(Byte, tcp_hop_limit, socket));
  Connection client = finish_connect(socket);
  SAY("again", CALL(Handles, tcp_finish_connect, socket));
  SAY("start-connect", tcp_start_connect(socket, at));
  SAY("start-listen", CALL(Status, tcp_start_listen, socket));
  SAY("set-listen-backlog-size", CALL(Status, tcp_set_backlog, socket, 5));
  SAY("hop-limit", CALL(Byte, tcp_hop_limit, socket));
  Handle pollable = tcp_subscribe(socket);
  say_bool("ready: ", ready(pollable));
  drop_pollable(pollable);
  close_connection(client);
  // Bound, and connected from there.
  Handle own = tcp(IPV4);
  MUST(tcp_start_bind(own, loopback(IPV4, 0)));
  MUST(CALL(Status, tcp_finish_bind, own));
  Address from = tcp_local(own);
  MUST(tcp_start_connect(own, at));
  client = finish_connect(own);
  say_bool("from where it was bound: ", port_of(tcp_local(own)) == port_of(from));
  close_connection(client);
  drop_tcp(listening);
}

static void refused(void) {
  say("- refused\n");
  Handle once = listener(IPV4);
  Address at = tcp_local(once);
  drop_tcp(once);
  Handle socket = tcp(IPV4);
  SAY("start-connect", tcp_start_connect(socket, at));
  wait_for(tcp_subscribe(socket));
  SAY("finish-connect", CALL(Handles, tcp_finish_connect, socket));
  SAY("again", CALL(Handles, tcp_finish_connect, socket));
  SAY("start-connect", tcp_start_connect(socket, at));
  SAY("start-bind", tcp_start_bind(socket, loopback(IPV4, 0)));
  SAY("hop-limit", CALL(Byte, tcp_hop_limit, socket));
  SAY("local-address", CALL(Where, tcp_local_address, socket));
  drop_tcp(socket);
}

static bool run(void) {
  network = instance_network();
  unbound();
  addresses();
  bound();
  connected();
  refused();
  return true;
}
