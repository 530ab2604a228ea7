"""The parts of the comparison. Each gives, for a program, an entry an engine: figures, or why there
are none."""

import os
import costs, counts, measure, programs, text
from tools import Failure

KINDS = ("times", "counts", "text", "compile", "costs")


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


def bases_of(commands, chosen):
    """What each command is compared with: the first engine, and with wasmtime where that is missing
    or the engine is a wasi-aot."""
    first, wasmtime = chosen[0].name, "wasmtime"
    bases = {}
    for engine in chosen:
        asked = [first] if first in commands else [wasmtime]
        if engine.is_ours and wasmtime not in asked:
            asked.append(wasmtime)
        bases[engine.name] = [base for base in asked if base in commands and base != engine.name]
    return bases


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
        bases = bases_of(commands, chosen)
        for name, figure in measure.measured(commands, program, bases, rounds).items():
            entries[name].update(figure)
    return entries


def compile_of(program, chosen, rounds):
    """What it takes to build a large program; the module is there already."""
    return costs.compiled(program, chosen, min(rounds, costs.COMPILE_ROUNDS))


OF_PROGRAM = {
    "times": times_of,
    "counts": counts_of,
    "text": text.text_of_program,
    "compile": compile_of,
}
# Compiling is measured with large programs: that of a small one is a start. The code of Rust's
# library is no part of an empty C program, which could be subtracted.
GROUPS = {"compile": ("large", "rust", "module"), "text": ("large",)}


def engines_of(program, chosen):
    """The engines that a program is measured with. The largest modules take a compiler of C an
    hour."""
    return [
        engine
        for engine in chosen
        if (not engine.groups or program.group in engine.groups)
        and (engine.compiles_quickly or not program.only_compiled)
    ]


def applies(kind, program):
    """Whether a part is measured with a program."""
    if program.only_compiled and kind != "compile":
        return False
    return kind not in GROUPS or program.group in GROUPS[kind]
