"""Measures runs: all engines in turn, user time, until the ratios keep still."""

import functools, os, statistics, subprocess, tempfile
from tools import Failure, HERE, content, kept, reason, run

ROUNDS = 15
SETS = 4
STILL = 0.04
SECONDS = 120


@functools.cache
def launcher():
    """The small program that runs another one and tells what it used."""
    source = os.path.join(HERE, "launch.c")
    return kept(
        "launch",
        content(source)[:24],
        lambda path: run(["gcc", "-O2", "-static", "-o", path, source]),
    )


def once(command, stdin, expected=0, limit=SECONDS):
    """Seconds of user time and of the kernel's, peak memory in KiB, and the output of one run."""
    with open(
        stdin, "rb"
    ) as source, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        reading, writing = os.pipe()
        with open(reading, "rb") as told:
            try:
                child = subprocess.Popen(
                    [launcher(), str(writing), str(limit), *command],
                    stdin=source,
                    stdout=output,
                    stderr=errors,
                    pass_fds=[writing],
                )
            finally:
                os.close(writing)
            words = told.read().decode().split()
        child.wait()
        if not words:
            raise Failure(f"{os.path.basename(command[0])} was not measured")
        if words[0] == "missing":
            raise Failure(f"{os.path.basename(command[0])}: {' '.join(words[1:])}")
        if words[0] == "late":
            raise Failure(f"took more than {limit} s")
        status = os.waitstatus_to_exitcode(int(words[0]))
        errors.seek(0)
        if status != expected:
            raise Failure(reason(errors.read(), status))
        output.seek(0)
        return float(words[1]), float(words[2]), int(words[3]), output.read()


def spread(values):
    """The median, and the first and third quartile."""
    if len(values) < 2:
        return {"median": values[0], "q1": values[0], "q3": values[0], "rounds": len(values)}
    q1, _, q3 = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": statistics.median(values), "q1": q1, "q3": q3, "rounds": len(values)}


def width(figure):
    """The interquartile range as a part of the median."""
    return (figure["q3"] - figure["q1"]) / figure["median"] if figure["median"] else 0.0


def rounds_of(commands, program, rounds):
    """For each command its seconds, in turn: what disturbs the machine disturbs all alike."""
    seconds = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seconds[name].append(once(command, program.input(), program.status)[0])
    return seconds


def figures_of(seconds, bases):
    """For each command the spread of its seconds, and of its ratio to each of its bases round by
    round. A run that is too short to have a time counts as a microsecond."""
    figures = {name: {"seconds": spread(values)} for name, values in seconds.items()}
    for name, figure in figures.items():
        figure["ratios"] = {
            base: spread(
                [
                    max(own, 1e-6) / max(other, 1e-6)
                    for own, other in zip(seconds[name], seconds[base])
                ]
            )
            for base in bases.get(name, ())
        }
    return figures


def unrest(figure):
    """How far a figure spreads: its ratios if it has some."""
    return max(map(width, figure["ratios"].values()), default=width(figure["seconds"]))


def measured(commands, program, bases, rounds=ROUNDS):
    """The figures of commands, with ratios to their bases. Rounds whose ratios do not keep still
    are run again, all of them; for each command the first set that keeps still counts, or else the
    one that did so most."""
    best = {}
    for _ in range(SETS if rounds >= ROUNDS else 1):
        for name, figure in figures_of(rounds_of(commands, program, rounds), bases).items():
            if (
                name not in best
                or unrest(best[name]) >= STILL
                and unrest(figure) < unrest(best[name])
            ):
                best[name] = figure
        if all(unrest(figure) < STILL for figure in best.values() if figure["ratios"]):
            break
    for figure in best.values():
        for ratio in figure["ratios"].values():
            ratio["still"] = rounds >= ROUNDS and width(ratio) < STILL
    return best
