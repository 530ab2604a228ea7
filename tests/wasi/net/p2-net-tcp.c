// Connections of a program with itself, in both families: bytes both ways, addresses, half-closed, ended.

#include "p2-net.h"

static void both_ways(int family) {
  say(family == IPV4 ? "IPv4\n" : "IPv6\n");
  Handle listening = listener(family);
  Address at = tcp_local(listening);
  say_bool("the system has chosen a port: ", port_of(at) != 0);
  say_number_of("the address begins with ", family == IPV4 ? at.v4.address[0] : at.v6.address[0]);
  SAY("nobody is there", CALL(Handles, tcp_accept, listening));
  Handle pollable = tcp_subscribe(listening);
  say_bool("the listener is ready: ", ready(pollable));

  Connection client = connect_to(at);
  block(pollable);
  say_bool("now it is: ", ready(pollable));
  drop_pollable(pollable);
  Connection server = accept_from(listening);
  say_bool("each knows the other: ", port_of(tcp_local(client.socket)) == port_of(MUST(CALL(Where, tcp_remote_address, server.socket)).address) &&
                                         port_of(MUST(CALL(Where, tcp_remote_address, client.socket)).address) == port_of(at));

  Bytes bytes;
  in_read(server.in, 10, &bytes);
  say_bytes("nothing has come: ", bytes);
  Handle readable = in_subscribe(server.in);
  say_bool("ready to be read: ", ready(readable));
  send_text(client, "there");
  block(readable);
  drop_pollable(readable);
  say_received("server: ", server);
  send_text(server, "and back");
  say_received("client: ", client);

  // The client has said all: it still hears.
  SAY("shutdown", CALL(Status, tcp_shutdown, client.socket, 1));
  Done done;
  out_blocking_write_and_flush(client.out, "x", 1, &done);
  say_done("writing then: ", done);
  say_received("server: ", server);
  send_text(server, "last words");
  say_received("client: ", client);
  drop_output(server.out);
  drop_input(server.in);
  drop_tcp(server.socket);
  say_received("client: ", client);
  say_received("client: ", client);
  close_connection(client);
  drop_tcp(listening);
}

static void closed_both_ways(void) {
  Handle listening = listener(IPV4);
  Connection client = connect_to(tcp_local(listening)), server = accept_from(listening);
  send_text(server, "unread");
  wait_for(in_subscribe(client.in));
  SAY("shutdown of receiving", CALL(Status, tcp_shutdown, client.socket, 0));
  say_received("what had come: ", client);
  SAY("shutdown of both", CALL(Status, tcp_shutdown, server.socket, 2));
  say_received("read: ", server);
  Count count;
  out_check_write(server.out, &count);
  say_count("check-write: ", count);
  close_connection(server);
  close_connection(client);
  drop_tcp(listening);
}

// More than the system keeps: the writer is told to wait.
static void much(void) {
  Handle listening = listener(IPV4);
  Connection client = connect_to(tcp_local(listening)), server = accept_from(listening);
  static uint8_t data[1 << 16];
  for (size_t at = 0; at < sizeof data; at++)
    data[at] = at * 7 + at / 256;
  uint64_t sent = 0, received = 0, waited = 0;
  bool same = true;
  while (received < 64 << 20) {
    Count room;
    out_check_write(client.out, &room);
    if (room.err)
      __builtin_trap();
    if (room.count != 0 && sent < 64 << 20) {
      size_t from = sent % sizeof data, len = sizeof data - from;
      len = len < room.count ? len : room.count;
      Done done;
      out_write(client.out, data + from, len, &done);
      if (done.err)
        __builtin_trap();
      sent += len;
      if (waited < 2)
        continue;
    }
    waited++;
    used = 0;
    Bytes bytes;
    in_read(server.in, sizeof data, &bytes);
    if (bytes.err)
      __builtin_trap();
    for (size_t at = 0; at < bytes.bytes.len; at += 61)
      same &= bytes.bytes.ptr[at] == data[(received + at) % sizeof data];
    received += bytes.bytes.len;
  }
  say_number_of("bytes: ", received);
  say_bool("all as they were: ", same);
  say_bool("there was no room: ", waited != 0);
  close_connection(server);
  close_connection(client);
  drop_tcp(listening);
}

static bool run(void) {
  network = instance_network();
  both_ways(IPV4);
  both_ways(IPV6);
  closed_both_ways();
  much();
  drop_network(network);
  return true;
}
