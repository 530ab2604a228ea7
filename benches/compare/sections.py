"""The parts of the comparison. Each gives, for a program, an entry an engine: figures, or why there
are none."""

import os
import costs, counts, measure, programs
from tools import Failure

KINDS = ("times", "counts", "compile", "costs")


def agree(entries, outputs):
    """An engine whose output is not the first one's has failed."""
    first = next(iter(outputs), None)
    for name, output in outputs.items():
        if output != outputs[first]:
            entries[name] = {
                "error": f"other output than {first}: "
                f"{output[:40]!r} and not {outputs[first][:40]!r}"
            }


def counts_of(program, chosen, rounds):
    """Instructions with the small arguments, without those of a start."""
    entries, outputs = {}, {}
    for engine in chosen:
        try:
            number, outputs[engine.name] = counts.counted(engine, program)
            start, _ = counts.counted(engine, programs.EMPTY)
            entries[engine.name] = {"count": number - start, "start": start}
        except Failure as failure:
            entries[engine.name] = {"error": str(failure)}
    agree(entries, outputs)
    return entries


def times_of(program, chosen, rounds):
    """Seconds of user time, ratios, memory and size; a single round has the small arguments."""
    entries, outputs, commands = {}, {}, {}
    values = program.arguments if rounds > 1 else program.counted
    for engine in chosen:
        try:
            built = engine.build(program)
            commands[engine.name] = [*engine.started(built), *values]
            # The first run warms the caches, and shows whether the answer is right.
            _, _, memory, outputs[engine.name] = measure.once(
                commands[engine.name], program.input(), program.status
            )
            entries[engine.name] = {"size": os.path.getsize(built), "memory": memory}
        except Failure as failure:
            entries[engine.name] = {"error": str(failure)}
    agree(entries, outputs)
    commands = {name: command for name, command in commands.items() if "error" not in entries[name]}
    if commands:
        for name, figure in measure.measured(commands, program, chosen[0].name, rounds).items():
            entries[name].update(figure)
    return entries


def compile_of(program, chosen, rounds):
    """What it takes to build a large program; the module is there already."""
    return costs.compiled(program, chosen, min(rounds, costs.COMPILE_ROUNDS))


OF_PROGRAM = {"times": times_of, "counts": counts_of, "compile": compile_of}


def applies(kind, program):
    """Compiling is measured with large programs: that of a small one is a start."""
    return kind != "compile" or program.group in ("large", "rust", "module")
