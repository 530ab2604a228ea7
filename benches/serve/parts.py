"""The parts of the comparison. Each gives figures, or why there are none, for its rows."""

import contextlib, os, re, statistics, time
import load
from measure import spread, width
from processes import Running, available, busy, time_of_children, waiting
from tools import CACHE, ROOT, Failure, run, say

ROUNDS = 7
SETS = 3
STILL = 0.1
SECONDS = 2
# A round counts at once if other work took less than this part of the machine.
QUIET = 0.1
TRIES = 3
STARTS = 25
WAITING = 40
WAITING_TOGETHER = 256
# What makes a handler wait, by the component: a time, or a body whose end does not come.
SLEEP = b"GET /sleep?ms=30000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPLOAD = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nx"
WAITS = {"low": SLEEP, "JavaScript": UPLOAD, "Python": UPLOAD}
MORE_WORKERS = 9


@contextlib.contextmanager
def running(servers):
    """All servers at once; the figures get the reason of those that do not start."""
    with contextlib.ExitStack() as stack:
        alive, failed = {}, {}
        for server in servers:
            try:
                each = stack.enter_context(Running(server))
                each.first_answer()
                alive[server.name] = each
            except (Failure, OSError) as failure:
                failed[server.name] = {"error": str(failure)}
        yield alive, failed


def once(server, seconds):
    """A round: microseconds of the CPU for each request, requests in a second, and the part of the
    machine that other work took."""
    before, all_before = server.cpu(), busy() - time_of_children()
    count = load.answers(server.port, seconds)
    own, rest = (server.cpu() - before) / 1e9, busy() - time_of_children() - all_before
    others = max(rest - own, 0) / seconds / os.cpu_count()
    return own * 1e6 / count, count / seconds, others


def quietest(server, seconds):
    """A round without other work, or else the one of a few that had least of it."""
    tries = []
    for _ in range(TRIES):
        tries.append(once(server, seconds))
        if tries[-1][2] < QUIET:
            break
    return min(tries, key=lambda each: each[2])


def figures_of(taken, servers):
    """The spread of each server's figures, and of its ratio to each base round by round."""
    figures = {}
    for name, rounds in taken.items():
        bases = [base for base in servers[name].bases if base in taken]
        pairs = {base: zip(rounds, taken[base]) for base in bases}
        figures[name] = {
            "cpu": spread([cpu for cpu, _, _ in rounds]),
            "rate": spread([rate for _, rate, _ in rounds]),
            "others": statistics.median(others for _, _, others in rounds),
            "ratios": {
                base: spread([own[0] / other[0] for own, other in pair])
                for base, pair in pairs.items()
            },
        }
    return figures


def unrest(figure):
    """How far the time of a request spreads."""
    return width(figure["cpu"])


def with_bases(servers, only):
    """The servers of these names, and what they are compared with."""
    wanted = [server for server in servers if not only or server.name in only]
    names = {server.name for server in wanted}.union(*(server.bases for server in wanted))
    return [server for server in servers if server.name in names]


def requests(servers, rounds, only=()):
    """What a request costs: all servers in turn, until their figures keep still."""
    servers = with_bases(servers, only)
    by_name = {server.name: server for server in servers}
    with running(servers) as (alive, failed):
        for name in list(alive):
            # The first requests warm the caches, and show whether the server answers them.
            try:
                load.answers(alive[name].port, 1)
            except Failure as failure:
                failed[name] = {"error": str(failure)}
                alive.pop(name)
        best, restless = {}, list(alive)
        for turn in range(SETS if rounds >= ROUNDS else 1):
            say(f"requests, set {turn + 1}: {', '.join(restless)}")
            wanted = {base for name in restless for base in by_name[name].bases}
            taken = {name: [] for name in alive if name in restless or name in wanted}
            for _ in range(rounds):
                for name, values in taken.items():
                    values.append(quietest(alive[name], SECONDS))
            for name, figure in figures_of(taken, by_name).items():
                if name not in best or unrest(figure) < unrest(best[name]):
                    best[name] = figure
            restless = [name for name, figure in best.items() if unrest(figure) >= STILL]
            if not restless:
                break
    return {**best, **failed}


def memory(servers, rounds):
    """KiB of all processes: after the start, and after 200 requests."""
    figures = {}
    for server in servers:
        try:
            with Running(server) as each:
                time.sleep(1.5)
                idle = each.memory()
                for _ in range(200):
                    each.first_answer()
                each.settle()
                count = len(each.processes())
                figures[server.name] = {"idle": idle, "used": each.memory(), "processes": count}
        except (Failure, OSError) as failure:
            figures[server.name] = {"error": str(failure)}
    return figures


def waits(servers, rounds):
    """KiB of memory for each request that waits."""
    figures = {}
    for server in servers:
        try:
            with Running(server) as each:
                if server.language != "low":
                    each.first_answer()
                time.sleep(1.5)
                before = each.memory()
                with waiting(server.port, WAITS[server.language], WAITING):
                    time.sleep(1)
                    each.settle(30)
                    figures[server.name] = {
                        "each": (each.memory() - before) / WAITING,
                        "processes": len(each.processes()),
                    }
        except (Failure, OSError) as failure:
            figures[server.name] = {"error": str(failure)}
    return figures


def system(servers, rounds):
    """KiB that the system has less for others: of a server at rest, and for each request that
    waits, with the client's end."""
    figures = {}
    for server in servers:
        idle, each = [], []
        try:
            for _ in range(rounds):
                before = available()
                with Running(server) as running:
                    if server.language not in WAITS:
                        running.first_answer()
                    time.sleep(1.5)
                    idle.append(before - available())
                    if server.language in WAITS:
                        each.append(of_waiting(server, running))
                time.sleep(0.5)
            figures[server.name] = {"idle": spread(idle)}
            if each:
                figures[server.name]["each"] = spread(each)
        except (Failure, OSError) as failure:
            figures[server.name] = {"error": str(failure)}
    return figures


def of_waiting(server, running):
    """KiB that the system has less for each of many requests that wait."""
    if server.language != "low":
        running.first_answer()
        time.sleep(0.5)
    before = available()
    with waiting(server.port, WAITS[server.language], WAITING_TOGETHER):
        time.sleep(1)
        running.settle(30)
        return (before - available()) / WAITING_TOGETHER


def starts(servers, rounds):
    """Microseconds from the start to the first answer: of the clock, and of the CPU until the
    server is at rest."""
    taken, failed = {server.name: [] for server in servers}, {}
    for _ in range(STARTS if rounds >= ROUNDS else rounds):
        for server in servers:
            if server.name in failed:
                continue
            try:
                with Running(server) as each:
                    wall = each.first_answer() / 1e3
                    taken[server.name].append((wall, each.settle() / 1e3))
            except (Failure, OSError) as failure:
                failed[server.name] = {"error": str(failure)}
    figures = {
        name: {
            "wall": spread([wall for wall, _ in pairs]),
            "cpu": spread([cpu for _, cpu in pairs]),
        }
        for name, pairs in taken.items()
        if name not in failed
    }
    return {**figures, **failed}


def instances(makers, languages, rounds):
    """Microseconds of the CPU for a further worker: with its instance, and its snapshot."""
    figures = {}
    for language in languages:
        try:
            values = []
            for _ in range(max(rounds, 3)):
                few, many = (
                    settled(makers.wasi_aot(language, workers=count)) for count in (1, MORE_WORKERS)
                )
                values.append((many - few) / 1e3 / (MORE_WORKERS - 1))
            figures[language] = {"cpu": spread(values)}
        except (Failure, OSError) as failure:
            figures[language] = {"error": str(failure)}
    return figures


def settled(server):
    """Nanoseconds of the CPU until a server without requests is at rest."""
    with Running(server) as each:
        time.sleep(0.2)
        return each.settle()


def code(path):
    """Bytes of machine code that only servers have: the symbols of the runtime's server and of its
    HTTP."""
    sizes = {}
    for line in run(["nm", "-S", "-C", path]).decode().splitlines():
        found = re.match(r"([0-9a-f]+) ([0-9a-f]+) [tTrRdDbB] (.*)", line)
        if found and re.search(r"\bserver::|\bhost::http\b", found[3]):
            if "objects" not in found[3]:
                sizes[found[1]] = int(found[2], 16)
    if not sizes:
        raise Failure("it has no symbols of a server")
    return sum(sizes.values())


def resets(rounds):
    """Microseconds of a restoration of memory, by a test of the runtime that measures."""
    command = ["cargo", "test", "-q", "--release", "-p", "wasi-aot-runtime", "--lib", "costs"]
    target = os.path.join(CACHE, "serve-runtime-target")
    where = ["--target-dir", target, "--", "--ignored", "--nocapture"]
    run([*command[:2], "--no-run", *command[2:], *where[:2]], cwd=ROOT)
    taken = {}
    for _ in range(min(rounds, 5)):
        # What the test prints is on standard error.
        said = run(["sh", "-c", '"$@" 2>&1', "sh", *command, *where], cwd=ROOT).decode()
        for name, way, alone, both in re.findall(
            r"^reset (.+?) \| (\w+) \| ([\d.]+) \| ([\d.]+)$", said, re.MULTILINE
        ):
            values = taken.setdefault(name, {}).setdefault(way, [])
            values.append((float(alone), float(both)))
    if not taken:
        raise Failure("the test of the runtime printed no figures")
    return {
        name: {
            way: {
                "alone": statistics.median(alone for alone, _ in values),
                "both": statistics.median(both for _, both in values),
            }
            for way, values in ways.items()
        }
        for name, ways in taken.items()
    }
