// The least that an HTTP server does: one process, one thread, epoll, and the same answer to every
// request. It looks for the empty line at the end of a head, and for nothing else.
//
// server PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 4096
#define ANSWER                                                                                     \
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 30\r\n\r\n"                      \
  "Hello, wasi:http/proxy world!\n"

// How much of the empty line each connection has seen.
static unsigned char seen[CONNECTIONS];

static int listening(int port) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1024)) {
    perror("server");
    exit(1);
  }
  return fd;
}

static void accept_all(int queue, int listener) {
  for (;;) {
    int one = 1, fd = accept4(listener, 0, 0, SOCK_NONBLOCK);
    if (fd < 0)
      return;
    if (fd >= CONNECTIONS) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    seen[fd] = 0;
    epoll_ctl(queue, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
  }
}

static void answer(int fd) {
  char bytes[16384];
  ssize_t length = read(fd, bytes, sizeof bytes);
  if (length <= 0) {
    if (length == 0 || errno != EAGAIN)
      close(fd);
    return;
  }
  for (ssize_t at = 0; at < length; at++) {
    if (bytes[at] == "\r\n\r\n"[seen[fd]])
      seen[fd]++;
    else
      seen[fd] = bytes[at] == '\r';
    if (seen[fd] < 4)
      continue;
    seen[fd] = 0;
    if (write(fd, ANSWER, sizeof ANSWER - 1) != sizeof ANSWER - 1) {
      close(fd);
      return;
    }
  }
}

int main(int count, char **arguments) {
  if (count != 2)
    return 2;
  int listener = listening(atoi(arguments[1])), queue = epoll_create1(0);
  struct epoll_event events[64] = {{.events = EPOLLIN, .data.fd = listener}};
  epoll_ctl(queue, EPOLL_CTL_ADD, listener, events);
  for (;;) {
    int found = epoll_wait(queue, events, 64, -1);
    for (int at = 0; at < found; at++) {
      if (events[at].data.fd == listener)
        accept_all(queue, listener);
      else
        answer(events[at].data.fd);
    }
  }
}
