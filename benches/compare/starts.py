"""What the start of a small program costs: the CPU time of whole processes, with and without the
sandbox policy, beside static programs in C."""

import os, struct
import measure, programs
from engines import MODULE, WasiAot
from tools import Failure, content, corpus, digest, kept, run, say

SPAWNS = 2000
# The start of a seccomp filter: a load of the architecture.
LOAD = struct.pack("<HBBI", 0x20, 0, 0, 4)
RETURN, JUMP, ALWAYS = 6, 5, 5
# Dynamic libraries, and much of what a large C library prepares, would make this a low bar.
STATIC = ["-target", "x86_64-linux-musl", "-static", "-O2", "-s"]


def filter_of(path):
    """The instructions of an executable's filter, found by following its jumps."""
    with open(path, "rb") as file:
        held = file.read()
    start = held.find(LOAD)
    if start < 0:
        raise Failure(f"there is no filter in {os.path.basename(path)}")
    found, work = {}, [0]
    while work:
        index = work.pop()
        if index in found:
            continue
        code, yes, no, value = found[index] = struct.unpack_from("<HBBI", held, start + 8 * index)
        if code & 7 == JUMP:
            work += [index + 1 + value] if code == ALWAYS else [index + 1 + yes, index + 1 + no]
        elif code & 7 != RETURN:
            work.append(index + 1)
    if sorted(found) != list(range(len(found))):
        raise Failure(f"nothing reaches some instructions of the filter in {path}")
    return [found[index] for index in range(len(found))]


def native(filter_path=None):
    """The program in C, with a file of instructions for a filter or without."""
    files, flags = programs.HELLO.sources()
    if filter_path:
        flags = [*flags, f'-DFILTER="{filter_path}"']
    command = [corpus("zig"), "cc", *STATIC, *flags, *files]
    key = digest(content(files[0]), content(filter_path) if filter_path else "", *STATIC)
    return kept("hello.static", key, lambda output: run([*command, "-o", output]))


def with_filter(executable):
    """The program in C that installs the filter of this executable."""
    instructions = "".join("{%d, %d, %d, %du},\n" % each for each in filter_of(executable))

    def write(output):
        with open(output, "w") as file:
            file.write(instructions)

    return native(kept("hello.filter", digest(instructions), write))


def built(engine, harden):
    """The executable of an engine that makes one with a sandbox policy."""
    module = MODULE.build(programs.HELLO)
    command = [engine.path, "build", "-q", "--no-cache", "--no-config", *engine.options, "--strip"]
    key = digest(content(engine.path), content(module), harden)
    return kept(
        f"hello.{engine.name}",
        key,
        lambda output: run([*command, "--harden", harden, module, "-o", output]),
    )


def once(command):
    """Microseconds of user and system time from a process's start to its end."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(command, [command], os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise Failure(f"exit status {os.waitstatus_to_exitcode(status)}")
    return (usage.ru_utime + usage.ru_stime) * 1e6


def in_turn(executables, spawns):
    """The spread of each executable's starts, all in turn."""
    taken = {name: [] for name in executables}
    for _ in range(spawns):
        for name, executable in executables.items():
            taken[name].append(once(executable))
    return {name: measure.spread(values) for name, values in taken.items()}


def costs(chosen, rounds):
    """Rows for the table of costs. `native` has the filter of the first wasi-aot."""
    say("measuring starts of a hello")
    spawns = SPAWNS if rounds >= measure.ROUNDS else 20
    rows = {}
    for row, harden in (("hello", "off"), ("hello, hardened", "auto")):
        executables, entries = {}, {}
        for engine in chosen:
            if isinstance(engine, WasiAot):
                try:
                    executables[engine.name] = built(engine, harden)
                except Failure as failure:
                    entries[engine.name] = {"error": str(failure)}
        first = next(iter(executables.values()), None)
        if first and any(engine.name == "native" for engine in chosen):
            try:
                executables["native"] = with_filter(first) if harden != "off" else native()
            except Failure as failure:
                entries["native"] = {"error": str(failure)}
        figures = {**in_turn(executables, spawns), **entries}
        rows[row] = {"unit": "µs of the CPU", "engines": figures}
    return rows
