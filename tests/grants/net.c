// What the tests of the network run: a component, made by tests/remake/run. The first argument says what it does.

#include "../wasi/net/p2-net.h"

static List word(size_t number) {
  static Texts arguments;
  if (arguments.ptr == NULL)
    get_arguments(&arguments);
  List none = {NULL, 0};
  return number + 1 < arguments.len ? arguments.ptr[number + 1] : none;
}

static bool is(List text, const char *word) {
  for (size_t at = 0; at < text.len; at++)
    if (word[at] == 0 || text.ptr[at] != word[at])
      return false;
  return word[text.len] == 0;
}

static uint64_t number(List text, size_t *at) {
  uint64_t value = 0;
  for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at)
    value = value * 10 + (text.ptr[*at] - '0');
  return value;
}

static uint64_t count_of(List text) {
  size_t at = 0;
  return number(text, &at);
}

// `1.2.3.4:80`, or `6:80`, the loopback address of IPv6.
static Address address(List text) {
  uint8_t bytes[4];
  size_t at = 0, part = 0;
  uint64_t value = number(text, &at);
  while (at < text.len && text.ptr[at] == '.') {
    bytes[part++] = value;
    at++;
    value = number(text, &at);
  }
  bytes[part] = value;
  at++;
  uint16_t port = number(text, &at);
  return part == 3 ? v4(bytes[0], bytes[1], bytes[2], bytes[3], port) : loopback(IPV6, port);
}

static void say_port(Address at) {
  say_number(port_of(at));
  say("\n");
}

static Handle bound(Address at) {
  Handle socket = tcp(at.family);
  Status status = tcp_start_bind(socket, at);
  if (!status.err)
    tcp_finish_bind(socket, &status);
  if (!status.err)
    tcp_start_listen(socket, &status);
  if (!status.err)
    tcp_finish_listen(socket, &status);
  SAY("listen", status);
  if (status.err)
    exit_result(1);
  return socket;
}

// Connects, and says how that went; whether there is a connection.
static bool connected(Address to, Connection *made) {
  Handle socket = tcp(to.family);
  Status started = tcp_start_connect(socket, to);
  if (started.err) {
    SAY("start-connect", started);
    return false;
  }
  Handles streams;
  for (;;) {
    tcp_finish_connect(socket, &streams);
    if (!streams.err || streams.code != WOULD_BLOCK)
      break;
    wait_for(tcp_subscribe(socket));
  }
  SAY("connect", streams);
  if (!streams.err)
    *made = connection(socket, streams);
  return !streams.err;
}

static void say_all(Connection from) {
  for (;;) {
    Bytes bytes;
    used = 0;
    in_blocking_read(from.in, 4096, &bytes);
    if (bytes.err) {
      say_bytes("", bytes);
      return;
    }
    print(out, bytes.bytes.ptr, bytes.bytes.len);
  }
}

// connect ADDRESS TEXT: sends the text, ends that direction, and shows what comes.
static bool client(void) {
  Connection made;
  if (!connected(address(word(1)), &made))
    return false;
  List text = word(2);
  Done done;
  out_blocking_write_and_flush(made.out, text.ptr, text.len, &done);
  if (done.err)
    say_done("send: ", done);
  MUST(CALL(Status, tcp_shutdown, made.socket, 1));
  say_all(made);
  close_connection(made);
  return true;
}

enum { CONNECTIONS = 600 };

// A connection whose bytes go back to where they came from, as far as there is room.
typedef struct {
  Connection of;
  uint8_t *held;
  size_t from, to;
  bool open, ended;
} Echo;

enum { HELD = 1024 };

// Goes on with a connection as far as that is possible without waiting; whether it is over.
static bool go_on(Echo *echo) {
  for (;;) {
    if (echo->from < echo->to) {
      Count room;
      out_check_write(echo->of.out, &room);
      if (room.err)
        return true;
      if (room.count == 0)
        return false;
      size_t len = echo->to - echo->from;
      len = len < room.count ? len : room.count;
      Done done;
      out_write(echo->of.out, echo->held + echo->from, len, &done);
      if (done.err)
        return true;
      echo->from += len;
      continue;
    }
    if (echo->ended)
      return true;
    Bytes bytes;
    used = 0;
    in_read(echo->of.in, HELD, &bytes);
    if (bytes.err) {
      echo->ended = true;
      continue;
    }
    if (bytes.bytes.len == 0)
      return false;
    for (size_t at = 0; at < bytes.bytes.len; at++)
      echo->held[at] = bytes.bytes.ptr[at];
    echo->from = 0;
    echo->to = bytes.bytes.len;
  }
}

// serve ADDRESS COUNT: says the port, and sends back what comes by so many connections, many at a time.
static bool server(void) {
  static Echo all[CONNECTIONS];
  static uint8_t held[CONNECTIONS][HELD];
  static Handle waited[CONNECTIONS + 1];
  static size_t whose[CONNECTIONS + 1];
  Handle listening = bound(address(word(1)));
  say_port(tcp_local(listening));
  Handle coming = tcp_subscribe(listening);
  uint64_t left = count_of(word(2)), accepted = 0, open = 0, most = 0, over = 0;
  while (over < left) {
    size_t count = 0;
    if (accepted < left && open < CONNECTIONS) {
      whose[count] = CONNECTIONS;
      waited[count++] = coming;
    }
    for (size_t at = 0; at < CONNECTIONS; at++) {
      if (!all[at].open)
        continue;
      whose[count] = at;
      bool full = all[at].from < all[at].to;
      waited[count++] = full ? out_subscribe(all[at].of.out) : in_subscribe(all[at].of.in);
    }
    Numbers ready;
    used = 0;
    poll_list(waited, count, &ready);
    static bool is_ready[CONNECTIONS + 1];
    for (size_t at = 0; at < count; at++)
      is_ready[at] = false;
    for (size_t at = 0; at < ready.len; at++)
      is_ready[ready.ptr[at]] = true;
    for (size_t at = 0; at < count; at++)
      if (whose[at] != CONNECTIONS)
        drop_pollable(waited[at]);
    for (size_t at = 0; at < count; at++) {
      if (!is_ready[at])
        continue;
      if (whose[at] != CONNECTIONS) {
        Echo *echo = &all[whose[at]];
        if (go_on(echo)) {
          close_connection(echo->of);
          echo->open = false;
          open--;
          over++;
        }
        continue;
      }
      while (accepted < left && open < CONNECTIONS) {
        Handles made = CALL(Handles, tcp_accept, listening);
        if (made.err && made.code == WOULD_BLOCK)
          break;
        MUST(made);
        size_t free = 0;
        while (all[free].open)
          free++;
        Connection of = {made.handles[0], made.handles[1], made.handles[2]};
        all[free] = (Echo){.of = of, .held = held[free], .open = true};
        accepted++;
        open++;
        most = open > most ? open : most;
      }
    }
  }
  say_number_of("connections: ", over);
  say_bool("many at once: ", most > 50);
  return true;
}

// clients ADDRESS COUNT AT-ONCE: so many connections; each sends its number and expects it back.
static bool clients(void) {
  Address to = address(word(1));
  uint64_t left = count_of(word(2)), at_once = count_of(word(3)), right = 0;
  static Connection all[CONNECTIONS];
  static Handle sockets[CONNECTIONS];
  while (left != 0) {
    size_t count = left < at_once ? left : at_once;
    for (size_t at = 0; at < count; at++) {
      sockets[at] = tcp(to.family);
      MUST(tcp_start_connect(sockets[at], to));
    }
    for (size_t at = 0; at < count; at++) {
      all[at] = finish_connect(sockets[at]);
      uint32_t sent = left - at;
      Done done;
      out_blocking_write_and_flush(all[at].out, &sent, 4, &done);
      if (done.err)
        __builtin_trap();
      MUST(CALL(Status, tcp_shutdown, all[at].socket, 1));
    }
    for (size_t at = 0; at < count; at++) {
      uint32_t back = 0;
      size_t len = 0;
      Bytes bytes;
      for (;;) {
        used = 0;
        in_blocking_read(all[at].in, 4, &bytes);
        if (bytes.err)
          break;
        for (size_t i = 0; i < bytes.bytes.len && len < 4; i++)
          ((uint8_t *)&back)[len++] = bytes.bytes.ptr[i];
      }
      right += len == 4 && back == left - at;
      close_connection(all[at]);
    }
    left -= count;
  }
  say_number_of("connections: ", right);
  return true;
}

static uint8_t pattern(uint64_t at) {
  return at * 31 + (at >> 9);
}

// exchange ADDRESS BYTES: sends so many while it reads what comes back, and compares.
static bool exchange(void) {
  Connection made;
  if (!connected(address(word(1)), &made))
    return false;
  uint64_t all = count_of(word(2)), sent = 0, back = 0, full = 0;
  bool same = true, ended = false;
  static uint8_t data[32768];
  while (back < all) {
    Count room = {.err = 0, .count = 0};
    if (sent < all)
      out_check_write(made.out, &room);
    if (room.err)
      __builtin_trap();
    full += sent < all && room.count == 0;
    if (room.count != 0) {
      uint64_t len = all - sent < room.count ? all - sent : room.count;
      len = len < sizeof data ? len : sizeof data;
      for (size_t at = 0; at < len; at++)
        data[at] = pattern(sent + at);
      Done done;
      out_write(made.out, data, len, &done);
      if (done.err)
        __builtin_trap();
      sent += len;
    }
    if (sent == all && !ended) {
      ended = true;
      MUST(CALL(Status, tcp_shutdown, made.socket, 1));
    }
    Handle waited[2] = {in_subscribe(made.in), 0};
    bool sends = sent < all;
    if (sends)
      waited[1] = out_subscribe(made.out);
    Numbers which;
    used = 0;
    poll_list(waited, sends ? 2 : 1, &which);
    bool readable = which.ptr[0] == 0;
    drop_pollable(waited[0]);
    if (sends)
      drop_pollable(waited[1]);
    // Only when nothing more can be sent: else the two never run full.
    if (!readable || (sends && which.len == 2))
      continue;
    Bytes bytes;
    used = 0;
    in_read(made.in, 65536, &bytes);
    if (bytes.err)
      break;
    for (size_t at = 0; at < bytes.bytes.len; at++)
      same &= bytes.bytes.ptr[at] == pattern(back + at);
    back += bytes.bytes.len;
  }
  say_number_of("bytes: ", back);
  say_bool("all as they were: ", same);
  say_bool("had to wait: ", full != 0);
  return same;
}

// send ADDRESS TEXT: a datagram; shows what comes back.
static bool send(void) {
  Address to = address(word(1));
  Handle socket = udp(to.family);
  Address any = to.family == IPV4 ? v4(0, 0, 0, 0, 0) : (Address){.family = IPV6};
  Status bound = udp_start_bind(socket, any);
  if (bound.err) {
    SAY("bind", bound);
    return false;
  }
  MUST(CALL(Status, udp_finish_bind, socket));
  Handles streams = udp_stream(socket, is(word(3), "connected") ? &to : NULL);
  if (streams.err) {
    SAY("stream", streams);
    return false;
  }
  Outgoing datagram = {.data = word(2).ptr, .len = word(2).len, .some = 1, .to = to};
  MUST(CALL(Long, udp_check_send, streams.handles[1]));
  Long sent = SAY("send", CALL(Long, udp_send, streams.handles[1], &datagram, 1));
  if (sent.err)
    return false;
  Received back;
  do {
    wait_for(incoming_subscribe(streams.handles[0]));
    back = CALL(Received, udp_receive, streams.handles[0], 1);
  } while (!back.err && back.len == 0);
  say(back.err ? codes[back.code] : "");
  for (size_t at = 0; at < (back.err ? 0 : back.len); at++)
    print(out, back.ptr[at].data.ptr, back.ptr[at].data.len);
  say("\n");
  return true;
}

// datagrams ADDRESS COUNT: says the port, and sends so many datagrams back to where they came from.
static bool datagrams(void) {
  Address at = address(word(1));
  Handle socket = udp(at.family);
  Status bound = udp_start_bind(socket, at);
  SAY("bind", bound);
  if (bound.err)
    return false;
  MUST(CALL(Status, udp_finish_bind, socket));
  say_port(udp_local(socket));
  Handles streams = MUST(udp_stream(socket, NULL));
  for (uint64_t left = count_of(word(2)); left != 0;) {
    wait_for(incoming_subscribe(streams.handles[0]));
    used = 0;
    Received come = MUST(CALL(Received, udp_receive, streams.handles[0], 4));
    for (size_t at = 0; at < come.len; at++, left--) {
      Outgoing back = {.data = come.ptr[at].data.ptr, .len = come.ptr[at].data.len, .some = 1, .to = come.ptr[at].from};
      while (MUST(CALL(Long, udp_check_send, streams.handles[1])).value == 0)
        wait_for(outgoing_subscribe(streams.handles[1]));
      MUST(CALL(Long, udp_send, streams.handles[1], &back, 1));
    }
  }
  return true;
}

// reach NAME PORT: looks the name up, and connects to its first address.
static bool reach(void) {
  List name = word(1);
  Word begun = CALL(Word, resolve_addresses, network, (const char *)name.ptr, name.len);
  if (begun.err) {
    SAY("resolve-addresses", begun);
    return false;
  }
  Next next;
  do {
    wait_for(resolve_subscribe(begun.handle));
    resolve_next(begun.handle, &next);
  } while (next.err && next.code == WOULD_BLOCK);
  SAY("resolve-next-address", next);
  if (next.err || !next.some)
    return false;
  uint16_t port = count_of(word(2));
  Address to = next.ip.family == IPV4 ? v4(next.ip.v4[0], next.ip.v4[1], next.ip.v4[2], next.ip.v4[3], port) : loopback(IPV6, port);
  Connection made;
  return connected(to, &made);
}

static bool run(void) {
  network = instance_network();
  static const struct {
    const char *name;
    bool (*does)(void);
  } known[] = {{"connect", client}, {"serve", server}, {"clients", clients}, {"exchange", exchange}, {"send", send}, {"datagrams", datagrams}, {"reach", reach}};
  for (size_t at = 0; at < sizeof known / sizeof *known; at++)
    if (is(word(0), known[at].name))
      return known[at].does();
  say("what?\n");
  return false;
}
