// The functions of WASI 0.2's wasi:sockets, and how a program says what they did.

#include "p2.h"

enum { IPV4, IPV6 };

// error-code
enum {
  UNKNOWN,
  ACCESS_DENIED,
  NOT_SUPPORTED,
  INVALID_ARGUMENT,
  OUT_OF_MEMORY,
  TIMEOUT,
  CONCURRENCY_CONFLICT,
  NOT_IN_PROGRESS,
  WOULD_BLOCK
};

static const char *const codes[] = {
    "unknown",
    "access-denied",
    "not-supported",
    "invalid-argument",
    "out-of-memory",
    "timeout",
    "concurrency-conflict",
    "not-in-progress",
    "would-block",
    "invalid-state",
    "new-socket-limit",
    "address-not-bindable",
    "address-in-use",
    "remote-unreachable",
    "connection-refused",
    "connection-reset",
    "connection-aborted",
    "datagram-too-large",
    "name-unresolvable",
    "temporary-resolver-failure",
    "permanent-resolver-failure",
};

// ip-socket-address
typedef struct {
  uint8_t family;
  union {
    struct {
      uint16_t port;
      uint8_t address[4];
    } v4;
    struct {
      uint16_t port;
      uint32_t flow;
      uint16_t address[8];
      uint32_t scope;
    } v6;
  };
} Address;

// result<_, error-code>
typedef struct {
  uint8_t err, code;
} Status;

// option<error-code>
typedef struct {
  uint8_t some, code;
} Code;

// result<T, error-code>, T of one word
typedef struct {
  uint8_t err;
  union {
    uint8_t code;
    Handle handle;
    uint32_t value;
  };
} Word;

// result<T, error-code>, T of one byte
typedef struct {
  uint8_t err;
  union {
    uint8_t code, value;
  };
} Byte;

// result<u64, error-code>
typedef struct {
  uint8_t err;
  union {
    uint8_t code;
    uint64_t value;
  };
} Long;

// result<tuple<…>, error-code>
typedef struct {
  uint8_t err;
  union {
    uint8_t code;
    Handle handles[3];
  };
} Handles;

// result<ip-socket-address, error-code>
typedef struct {
  uint8_t err;
  union {
    uint8_t code;
    Address address;
  };
} Where;

// incoming-datagram
typedef struct {
  List data;
  Address from;
} Incoming;

// result<list<incoming-datagram>, error-code>
typedef struct {
  uint8_t err;
  union {
    uint8_t code;
    struct {
      Incoming *ptr;
      size_t len;
    };
  };
} Received;

// outgoing-datagram
typedef struct {
  const void *data;
  size_t len;
  uint8_t some;
  Address to;
} Outgoing;

// result<option<ip-address>, error-code>
typedef struct {
  uint8_t err;
  union {
    uint8_t code;
    struct {
      uint8_t some;
      struct {
        uint8_t family;
        union {
          uint8_t v4[4];
          uint16_t v6[8];
        };
      } ip;
    };
  };
} Next;

#define FLAT uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t
#define TCP(name) IMPORT("sockets/tcp", "[method]tcp-socket." name)
#define UDP(name) IMPORT("sockets/udp", "[method]udp-socket." name)

IMPORT("sockets/instance-network", "instance-network") Handle instance_network(void);
IMPORT("sockets/network", "[resource-drop]network") void drop_network(Handle);
IMPORT("sockets/network", "network-error-code") void network_error_code(Handle, Code *);
IMPORT("sockets/tcp-create-socket", "create-tcp-socket") void create_tcp(uint32_t, Word *);
IMPORT("sockets/udp-create-socket", "create-udp-socket") void create_udp(uint32_t, Word *);

TCP("start-bind") void tcp_start_bind_flat(Handle, Handle, FLAT, Status *);
TCP("finish-bind") void tcp_finish_bind(Handle, Status *);
TCP("start-connect") void tcp_start_connect_flat(Handle, Handle, FLAT, Status *);
TCP("finish-connect") void tcp_finish_connect(Handle, Handles *);
TCP("start-listen") void tcp_start_listen(Handle, Status *);
TCP("finish-listen") void tcp_finish_listen(Handle, Status *);
TCP("accept") void tcp_accept(Handle, Handles *);
TCP("local-address") void tcp_local_address(Handle, Where *);
TCP("remote-address") void tcp_remote_address(Handle, Where *);
TCP("is-listening") uint32_t tcp_is_listening(Handle);
TCP("address-family") uint32_t tcp_address_family(Handle);
TCP("set-listen-backlog-size") void tcp_set_backlog(Handle, uint64_t, Status *);
TCP("keep-alive-enabled") void tcp_keep_alive(Handle, Byte *);
TCP("set-keep-alive-enabled") void tcp_set_keep_alive(Handle, uint32_t, Status *);
TCP("keep-alive-idle-time") void tcp_idle_time(Handle, Long *);
TCP("set-keep-alive-idle-time") void tcp_set_idle_time(Handle, uint64_t, Status *);
TCP("keep-alive-interval") void tcp_interval(Handle, Long *);
TCP("set-keep-alive-interval") void tcp_set_interval(Handle, uint64_t, Status *);
TCP("keep-alive-count") void tcp_count(Handle, Word *);
TCP("set-keep-alive-count") void tcp_set_count(Handle, uint32_t, Status *);
TCP("hop-limit") void tcp_hop_limit(Handle, Byte *);
TCP("set-hop-limit") void tcp_set_hop_limit(Handle, uint32_t, Status *);
TCP("receive-buffer-size") void tcp_receive_buffer(Handle, Long *);
TCP("set-receive-buffer-size") void tcp_set_receive_buffer(Handle, uint64_t, Status *);
TCP("send-buffer-size") void tcp_send_buffer(Handle, Long *);
TCP("set-send-buffer-size") void tcp_set_send_buffer(Handle, uint64_t, Status *);
TCP("subscribe") Handle tcp_subscribe(Handle);
TCP("shutdown") void tcp_shutdown(Handle, uint32_t, Status *);
IMPORT("sockets/tcp", "[resource-drop]tcp-socket") void drop_tcp(Handle);

UDP("start-bind") void udp_start_bind_flat(Handle, Handle, FLAT, Status *);
UDP("finish-bind") void udp_finish_bind(Handle, Status *);
UDP("stream") void udp_stream_flat(Handle, uint32_t some, FLAT, Handles *);
UDP("local-address") void udp_local_address(Handle, Where *);
UDP("remote-address") void udp_remote_address(Handle, Where *);
UDP("address-family") uint32_t udp_address_family(Handle);
UDP("unicast-hop-limit") void udp_hop_limit(Handle, Byte *);
UDP("set-unicast-hop-limit") void udp_set_hop_limit(Handle, uint32_t, Status *);
UDP("receive-buffer-size") void udp_receive_buffer(Handle, Long *);
UDP("set-receive-buffer-size") void udp_set_receive_buffer(Handle, uint64_t, Status *);
UDP("send-buffer-size") void udp_send_buffer(Handle, Long *);
UDP("set-send-buffer-size") void udp_set_send_buffer(Handle, uint64_t, Status *);
UDP("subscribe") Handle udp_subscribe(Handle);
IMPORT("sockets/udp", "[resource-drop]udp-socket") void drop_udp(Handle);
IMPORT("sockets/udp", "[method]incoming-datagram-stream.receive") void udp_receive(Handle, uint64_t, Received *);
IMPORT("sockets/udp", "[method]incoming-datagram-stream.subscribe") Handle incoming_subscribe(Handle);
IMPORT("sockets/udp", "[resource-drop]incoming-datagram-stream") void drop_incoming(Handle);
IMPORT("sockets/udp", "[method]outgoing-datagram-stream.check-send") void udp_check_send(Handle, Long *);
IMPORT("sockets/udp", "[method]outgoing-datagram-stream.send") void udp_send(Handle, const Outgoing *, size_t, Long *);
IMPORT("sockets/udp", "[method]outgoing-datagram-stream.subscribe") Handle outgoing_subscribe(Handle);
IMPORT("sockets/udp", "[resource-drop]outgoing-datagram-stream") void drop_outgoing(Handle);

IMPORT("sockets/ip-name-lookup", "resolve-addresses") void resolve_addresses(Handle, const char *, size_t, Word *);
IMPORT("sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address") void resolve_next(Handle, Next *);
IMPORT("sockets/ip-name-lookup", "[method]resolve-address-stream.subscribe") Handle resolve_subscribe(Handle);
IMPORT("sockets/ip-name-lookup", "[resource-drop]resolve-address-stream") void drop_resolve(Handle);

#define V4(of) IPV4, of.v4.port, of.v4.address[0], of.v4.address[1], of.v4.address[2], of.v4.address[3], 0, 0, 0, 0, 0, 0
#define V6(of) \
  IPV6, of.v6.port, of.v6.flow, of.v6.address[0], of.v6.address[1], of.v6.address[2], of.v6.address[3], of.v6.address[4], \
      of.v6.address[5], of.v6.address[6], of.v6.address[7], of.v6.scope
// Calls a function whose arguments are followed by a flat address and a result.
#define WITH(address, result, function, ...) \
  (address.family == IPV4 ? function(__VA_ARGS__, V4(address), result) : function(__VA_ARGS__, V6(address), result))

static Handle network;

static Address v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
  Address address = {.family = IPV4, .v4 = {.port = port, .address = {a, b, c, d}}};
  return address;
}

static Address loopback(int family, uint16_t port) {
  if (family == IPV4)
    return v4(127, 0, 0, 1, port);
  Address address = {.family = IPV6, .v6 = {.port = port, .address = {0, 0, 0, 0, 0, 0, 0, 1}}};
  return address;
}

static uint16_t port_of(Address address) {
  return address.family == IPV4 ? address.v4.port : address.v6.port;
}

static Status tcp_start_bind(Handle socket, Address address) {
  Status status;
  WITH(address, &status, tcp_start_bind_flat, socket, network);
  return status;
}

static Status tcp_start_connect(Handle socket, Address address) {
  Status status;
  WITH(address, &status, tcp_start_connect_flat, socket, network);
  return status;
}

static Status udp_start_bind(Handle socket, Address address) {
  Status status;
  WITH(address, &status, udp_start_bind_flat, socket, network);
  return status;
}

static Handles udp_stream(Handle socket, const Address *address) {
  Handles handles;
  Address to = address == NULL ? v4(0, 0, 0, 0, 0) : *address;
  WITH(to, &handles, udp_stream_flat, socket, address != NULL);
  return handles;
}

// What the functions with a result of their own return, as a value.
#define CALL(type, function, ...) \
  ({ \
    type result; \
    function(__VA_ARGS__, &result); \
    result; \
  })

// Says what a function did: its error, or `ok`.
#define SAY(what, of) \
  ({ \
    __auto_type done = of; \
    say(what ": "); \
    say(done.err ? codes[done.code] : "ok"); \
    say("\n"); \
    done; \
  })

// Ends the program unless it was done.
#define MUST(of) \
  ({ \
    __auto_type done = of; \
    if (done.err) { \
      say("failed in line " LINE(__LINE__) ": "); \
      say(codes[done.code]); \
      say("\n"); \
      __builtin_trap(); \
    } \
    done; \
  })
#define LINE(line) LINE_OF(line)
#define LINE_OF(line) #line

static void say_number_of(const char *what, uint64_t value) {
  say(what);
  say_number(value);
  say("\n");
}

static void wait_for(Handle pollable) {
  block(pollable);
  drop_pollable(pollable);
}

static Handle tcp(int family) {
  return MUST(CALL(Word, create_tcp, family)).handle;
}

static Handle udp(int family) {
  return MUST(CALL(Word, create_udp, family)).handle;
}

static Address tcp_local(Handle socket) {
  return MUST(CALL(Where, tcp_local_address, socket)).address;
}

static Address udp_local(Handle socket) {
  return MUST(CALL(Where, udp_local_address, socket)).address;
}

static Handle listener(int family) {
  Handle socket = tcp(family);
  MUST(tcp_start_bind(socket, loopback(family, 0)));
  MUST(CALL(Status, tcp_finish_bind, socket));
  MUST(CALL(Status, tcp_start_listen, socket));
  MUST(CALL(Status, tcp_finish_listen, socket));
  return socket;
}

static Handle bound_udp(int family) {
  Handle socket = udp(family);
  MUST(udp_start_bind(socket, loopback(family, 0)));
  MUST(CALL(Status, udp_finish_bind, socket));
  return socket;
}

// A connection: the socket, what comes, what goes.
typedef struct {
  Handle socket, in, out;
} Connection;

static Connection connection(Handle socket, Handles streams) {
  Connection made = {socket, streams.handles[0], streams.handles[1]};
  return made;
}

static Connection finish_connect(Handle socket) {
  Handles streams;
  for (;;) {
    tcp_finish_connect(socket, &streams);
    if (!streams.err || streams.code != WOULD_BLOCK)
      return connection(socket, MUST(streams));
    wait_for(tcp_subscribe(socket));
  }
}

static Connection connect_to(Address address) {
  Handle socket = tcp(address.family);
  MUST(tcp_start_connect(socket, address));
  return finish_connect(socket);
}

static Connection accept_from(Handle listening) {
  Handles accepted;
  for (;;) {
    tcp_accept(listening, &accepted);
    if (!accepted.err || accepted.code != WOULD_BLOCK)
      break;
    wait_for(tcp_subscribe(listening));
  }
  MUST(accepted);
  Connection made = {accepted.handles[0], accepted.handles[1], accepted.handles[2]};
  return made;
}

static void close_connection(Connection of) {
  drop_input(of.in);
  drop_output(of.out);
  drop_tcp(of.socket);
}

static void send_text(Connection to, const char *text) {
  size_t len = 0;
  while (text[len] != 0)
    len++;
  Done done;
  out_blocking_write_and_flush(to.out, text, len, &done);
  if (done.err)
    say_done("send: ", done);
}

static void say_received(const char *what, Connection from) {
  Bytes bytes;
  in_blocking_read(from.in, 100, &bytes);
  say_bytes(what, bytes);
}
