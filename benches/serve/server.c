// The least that an HTTP server does: one process, one thread, epoll, and the same answer to every
// request. It looks for the empty line at the end of a head, and for nothing else.
//
// server PORT [WORKERS]: with workers, these serve, and the first process only waits for them. All
// have filters of system calls, of as many instructions as those of wasi-aot.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

// A filter of this many instructions, which compare the system call's number.
static void confine(int length) {
  struct sock_filter filter[128];
  filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
  for (int at = 1; at < length - 1; at++)
    filter[at] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1000 + at, 0, 0);
  filter[length - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {length, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program)) {
    perror("server");
    exit(1);
  }
}

// Starts workers; returns in each.
static void start(int workers) {
  confine(57);
  for (int number = 0; number < workers; number++) {
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      confine(78);
      return;
    }
  }
  while (wait(NULL) > 0)
    ;
  exit(1);
}

int main(int count, char **arguments) {
  if (count != 2 && count != 3)
    return 2;
  int listener = listening(atoi(arguments[1]));
  if (count == 3)
    start(atoi(arguments[2]));
  int queue = epoll_create1(0);
  struct epoll_event events[64] = {
      {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = listener}};
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
