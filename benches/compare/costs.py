"""The costs of small things: a start, calls, more memory. And compiling."""

import os, statistics, tempfile, time
import measure, programs, starts
from tools import BUILD_SECONDS, CACHE, Failure, say

STARTS = 20
COMPILE_ROUNDS = 5
# The name, its program, and what one of them takes: nanoseconds beyond what a run with fewer takes.
# Compared with `direct call`, `indirect call` is the same loop.
EACH = [
    ("host call", "hostcall", 1000),
    ("direct call", "direct", 1000),
    ("indirect call", "icall", 1000),
    ("memory.grow", "grow", 1),
]


def starts_of(command):
    """Microseconds from starting a process to its end, and microseconds of the CPU: the medians of
    some in a row."""
    taken, used = [], []
    for _ in range(STARTS):
        begun = time.perf_counter()
        child = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        _, status, usage = os.wait4(child, 0)
        taken.append((time.perf_counter() - begun) * 1e6)
        used.append((usage.ru_utime + usage.ru_stime) * 1e6)
        if status:
            raise Failure(f"exit status {os.waitstatus_to_exitcode(status)}")
    return statistics.median(taken), statistics.median(used)


def in_turn(chosen, rounds, command_of, measure_of):
    """The spread of a measure for each engine that gives one, all in turn; or why there is none."""
    commands, entries = {}, {}
    for engine in chosen:
        try:
            commands[engine.name] = command_of(engine)
            measure_of(commands[engine.name])
        except Failure as failure:
            commands.pop(engine.name, None)
            entries[engine.name] = {"error": str(failure)}
    values = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            values[name].append(measure_of(command))
    return {
        engine.name: entries.get(engine.name) or measure.spread(values[engine.name])
        for engine in chosen
    }


def each_of(program, unit):
    """The time of one of a program's doings, by a run with many of them and one with few."""
    many, few = int(program.arguments[0]), int(program.counted[0])

    def measured(command):
        seconds = [
            sum(measure.once([*command, str(count)], os.devnull)[:2]) for count in (many, few)
        ]
        return (seconds[0] - seconds[1]) / ((many - few) * unit) * 1e9

    return measured


def small_costs(chosen, rounds):
    """Costs by name: for each engine a spread in microseconds (the start) or nanoseconds."""

    def command(program):
        return lambda engine: engine.started(engine.build(program))

    costs = {}
    for at, name in enumerate(("start", "CPU of a start")):
        say(f"measuring {name}")
        costs[name] = {
            "unit": "µs",
            "engines": in_turn(
                chosen, rounds, command(programs.EMPTY), lambda words: starts_of(words)[at]
            ),
        }
    costs.update(starts.costs(chosen, rounds))
    for name, program, unit in EACH:
        say(f"measuring {name}")
        program = programs.COSTS.get(program) or programs.BY_NAME[program]
        costs[name] = {
            "unit": "ns",
            "engines": in_turn(chosen, rounds, command(program), each_of(program, unit)),
        }
    return costs


def once_compiled(engine, program, threads):
    """Seconds of the CPU, and peak memory in MiB, of all commands that make a program."""
    seconds, memory = 0.0, 0
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        output = os.path.join(folder, "out")
        for command in engine.commands(program, output, threads):
            user, system, peak, _ = measure.once(command, os.devnull, limit=BUILD_SECONDS)
            seconds, memory = seconds + user + system, max(memory, peak)
        if not os.path.isfile(output):
            raise Failure("wrote nothing")
    return seconds, memory / 1024


def compiled(program, chosen, rounds):
    """For each engine what compiling takes on one thread: seconds, in turn, and peak memory. An
    engine that takes a compiler of C takes long, and is measured once."""
    figures = {engine.name: [] for engine in chosen}
    entries = {}
    for turn in range(rounds):
        for engine in chosen:
            if engine.name in entries or turn and not engine.compiles_quickly:
                continue
            try:
                engine.forget(program)
                figures[engine.name].append(once_compiled(engine, program, 1))
            except Failure as failure:
                entries[engine.name] = {"error": str(failure)}
    for name, values in figures.items():
        if name not in entries:
            seconds, memory = zip(*values)
            entries[name] = {
                "seconds": measure.spread(seconds),
                "memory": statistics.median(memory),
            }
    return entries
