// Sends requests over connections that stay open, where wrk is not installed: one request at a time
// on each of them. All answers must have the length of the first one.
//
// load PORT CONNECTIONS SECONDS
// prints the number of answers.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
#define CONNECTIONS 4096

// What has arrived of each connection's answer.
static long arrived[CONNECTIONS];

static void check(int good, const char *what) {
  if (!good) {
    perror(what);
    exit(1);
  }
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int connected(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(fd >= 0 && fd < CONNECTIONS, "socket");
  check(!connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
  return fd;
}

static void send_request(int fd) {
  check(write(fd, REQUEST, sizeof REQUEST - 1) == sizeof REQUEST - 1, "write");
}

// The length of an answer: all that arrives until nothing does for a while.
static long answer_length(int port) {
  char bytes[16384];
  int fd = connected(port);
  struct timeval patience = {.tv_usec = 200000};
  long length = 0;
  send_request(fd);
  long got = read(fd, bytes, sizeof bytes);
  check(got > 12 && !memcmp(bytes, "HTTP/1.1 200", 12), "the first answer");
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  for (; got > 0; got = read(fd, bytes, sizeof bytes))
    length += got;
  close(fd);
  return length;
}

int main(int count, char **arguments) {
  char bytes[16384];
  struct epoll_event events[64];
  if (count != 4)
    return 2;
  int port = atoi(arguments[1]), queue = epoll_create1(0);
  long length = answer_length(port), answers = 0;
  double end = now() + atof(arguments[3]);
  for (int left = atoi(arguments[2]); left > 0; left--) {
    int fd = connected(port);
    epoll_ctl(queue, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
    send_request(fd);
  }
  while (now() < end) {
    int found = epoll_wait(queue, events, 64, 100);
    for (int at = 0; at < found; at++) {
      int fd = events[at].data.fd;
      long got = read(fd, bytes, sizeof bytes);
      check(got > 0, "an answer was cut");
      arrived[fd] += got;
      if (arrived[fd] < length)
        continue;
      check(arrived[fd] == length, "an answer has another length");
      arrived[fd] = 0;
      answers++;
      send_request(fd);
    }
  }
  printf("%ld\n", answers);
}
