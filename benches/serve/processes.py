"""Starts servers, and reads what all processes of one use: time of the CPU, and memory."""

import contextlib, os, resource, signal, socket, subprocess, time
from tools import Failure

HOST = "127.0.0.1"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
ANSWER = b"Hello, wasi:http/proxy world!\n"
# Under this a system is still while nothing happens: kernels tell some microseconds late.
STILL_NANOSECONDS = 100_000


def status(process):
    """The fields of /proc/PID/stat after the name, or nothing if it has ended."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def family(process):
    """A process and all that descend from it."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := status(name)):
            parents[int(name)] = int(fields[1])
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def time_of(process):
    """Nanoseconds that the threads of a process have run, in it and in the kernel."""
    total = 0
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
    return total


def memory_of(process):
    """KiB of a process: what it shares with others counts as its part of it (PSS)."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{process}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1])
    return 0


def available():
    """KiB that the system could give to other processes."""
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("MemAvailable:"))


def busy():
    """Seconds that all processors together have worked since the machine was started."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, *interrupts = map(int, file.readline().split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def time_of_children():
    """Seconds of the processes that this one has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Running:
    """A server that has been started."""

    def __init__(self, server):
        self.port = server.port
        with socket.socket() as probe:
            if probe.connect_ex((HOST, self.port)) == 0:
                raise Failure(f"something else listens at port {self.port}")
        quiet = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_RDWR, 0) for each in (0, 1, 2)]
        self.began = time.monotonic_ns()
        self.process = os.posix_spawn(
            server.command[0], server.command, os.environ, file_actions=quiet
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def processes(self):
        return family(self.process)

    def cpu(self):
        """Nanoseconds of user and system time of all processes."""
        return sum(map(time_of, self.processes()))

    def memory(self):
        """KiB of all processes."""
        return sum(map(memory_of, self.processes()))

    def first_answer(self, seconds=60):
        """Waits for the answer to a first request; returns nanoseconds since the start."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if os.waitpid(self.process, os.WNOHANG)[0]:
                self.process = None
                raise Failure("the server has ended")
            with socket.socket() as client:
                if client.connect_ex((HOST, self.port)):
                    time.sleep(50e-6)
                    continue
                client.settimeout(seconds)
                client.sendall(REQUEST)
                got = b""
                while ANSWER not in got and (part := client.recv(4096)):
                    got += part
                taken = time.monotonic_ns() - self.began
            if ANSWER not in got:
                raise Failure(f"another answer: {got[:40]!r}")
            return taken
        raise Failure("the server does not listen")

    def settle(self, seconds=10):
        """Waits until its processes do nothing; returns their time so far."""
        end = time.monotonic() + seconds
        last = self.cpu()
        while time.monotonic() < end:
            time.sleep(0.05)
            now = self.cpu()
            if now - last < STILL_NANOSECONDS:
                return now
            last = now
        raise Failure("the server does not come to rest")

    def stop(self):
        """Ends all processes."""
        if self.process is None:
            return
        members = self.processes()
        os.kill(self.process, signal.SIGTERM)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if os.waitpid(self.process, os.WNOHANG)[0]:
                self.process = None
                return
            time.sleep(0.002)
        for each in reversed(members):
            with contextlib.suppress(OSError):
                os.kill(each, signal.SIGKILL)
        os.waitpid(self.process, 0)
        self.process = None


@contextlib.contextmanager
def waiting(port, request, count):
    """Clients whose requests wait for their answers."""
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            client = stack.enter_context(socket.create_connection((HOST, port)))
            client.sendall(request)
        yield


def first_line(command):
    """What a program says of its version."""
    told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return told.stdout.splitlines()[0].strip()
