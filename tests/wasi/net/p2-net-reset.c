// A connection that the other end resets, while it is read, while it is written to, and before it is accepted.

#include "p2-net.h"

static void read_and_written(void) {
  Handle listening = listener(IPV4);
  Connection client = connect_to(tcp_local(listening)), server = accept_from(listening);
  send_text(client, "unread");
  wait_for(in_subscribe(server.in));
  close_connection(server);
  wait_for(in_subscribe(client.in));
  Bytes bytes;
  in_blocking_read(client.in, 100, &bytes);
  if (bytes.err && bytes.error.tag == 0) {
    Code code;
    network_error_code(bytes.error.error, &code);
    say(code.some ? codes[code.code] : "no error of the network");
    say("\n");
  }
  say_bytes("read: ", bytes);
  say_received("again: ", client);
  Done done;
  out_blocking_write_and_flush(client.out, "x", 1, &done);
  say_done("write: ", done);
  close_connection(client);
  drop_tcp(listening);
}

// What is not read when a connection ends resets it: whoever writes on is told, sooner or later.
static void written(void) {
  Handle listening = listener(IPV6);
  Connection client = connect_to(tcp_local(listening)), server = accept_from(listening);
  send_text(client, "unread");
  wait_for(in_subscribe(server.in));
  close_connection(server);
  Done done;
  int writes = 0;
  do {
    out_blocking_write_and_flush(client.out, "x", 1, &done);
    writes++;
  } while (!done.err && writes < 3);
  say_bool("the writer is told: ", done.err);
  if (done.err && done.error.tag == 0)
    drop_error(done.error.error);
  close_connection(client);
  drop_tcp(listening);
}

// It is there to be accepted, and ends at once.
static void before_it_is_accepted(void) {
  Handle listening = listener(IPV4);
  Connection client = connect_to(tcp_local(listening));
  send_text(client, "gone");
  close_connection(client);
  Connection server = accept_from(listening);
  say_received("what was sent: ", server);
  say_received("and then: ", server);
  close_connection(server);
  drop_tcp(listening);
}

static bool run(void) {
  network = instance_network();
  read_and_written();
  written();
  before_it_is_accepted();
  return true;
}
