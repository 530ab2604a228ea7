// Runs a program and tells what it used. Between a process and the program that it starts, Linux
// hands on the peak of memory: what Python has in memory would count as the program's. This process
// has next to nothing.
//
// launch DESCRIPTOR SECONDS PROGRAM ARGUMENTS...
// writes to the descriptor, once the program has ended: its status as wait(2) gives it, seconds of
// user time and of the kernel's, and the peak of resident memory in KiB. A program that takes
// longer is killed, and the status is `late`; one that cannot be started is `missing` and the
// reason.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile pid_t program;
static volatile sig_atomic_t late;

static void end(int signal) {
    late = 1;
    kill(program, SIGKILL);
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int count, char **words) {
    if (count < 4)
        return 2;
    int report = atoi(words[1]), ends[2], status, error = 0;
    struct rusage used;
    fcntl(report, F_SETFD, FD_CLOEXEC);
    if (pipe2(ends, O_CLOEXEC) || (program = fork()) < 0)
        return 2;
    if (program == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execvp(words[3], words + 3);
        error = errno;
        _exit(write(ends[1], &error, sizeof error) < 0);
    }
    close(ends[1]);
    signal(SIGALRM, end);
    alarm(atoi(words[2]));
    int missing = read(ends[0], &error, sizeof error) == sizeof error;
    while (wait4(program, &status, 0, &used) < 0)
        if (errno != EINTR)
            return 2;
    if (missing)
        dprintf(report, "missing %s\n", strerror(error));
    else if (late)
        dprintf(report, "late\n");
    else
        dprintf(report, "%d %f %f %ld\n", status, seconds(used.ru_utime), seconds(used.ru_stime),
                used.ru_maxrss);
}
