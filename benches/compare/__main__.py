"""Compares wasi-aot with native code and with other engines: `python3 benches/compare`.

Everything that is needed is fetched and built, and kept for the next time. README.md tells what is
measured and how.
"""
import argparse, os, shutil, sys
import counts, engines, measure, programs, report
from tools import Failure, ROOT, end, forget, say


def arguments():
    options = argparse.ArgumentParser(prog="compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", metavar="PROGRAM,...", help="these programs or groups")
    options.add_argument("--engines", metavar="ENGINE,...", help="these engines", default="native,wasmtime,wasi-aot")
    options.add_argument("--rounds", type=int, default=measure.ROUNDS)
    options.add_argument("--quick", action="store_true", help="one round with the small arguments: a test of all this")
    options.add_argument("--counts", action="store_true", help="count instructions only")
    options.add_argument("--tool", type=os.path.abspath, default=os.path.join(ROOT, "target/release/wasi-aot"), help="the wasi-aot that is measured")
    options.add_argument("--baseline", type=os.path.abspath, help="a second wasi-aot")
    options.add_argument("--cpu", default="x86-64-v2", help="what all but wasmtime may take for granted of the CPU")
    return options.parse_args()


def chosen(asked, known, what):
    """The names that a comma-separated option gives, all of which must be known."""
    names = asked.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        end(f"there is no {what} {', '.join(unknown)}; there are {', '.join(known)}")
    return names


def chosen_programs(asked):
    if not asked:
        return programs.ALL
    groups = dict.fromkeys(program.group for program in programs.ALL)
    names = chosen(asked, [*programs.BY_NAME, *groups], "program or group")
    return [program for program in programs.ALL if program.name in names or program.group in names]


def agree(entries, outputs):
    """An engine whose output is not the first one's has failed."""
    first = next(iter(outputs), None)
    for name, output in outputs.items():
        if output != outputs[first]:
            entries[name] = {"error": f"other output than {first}: {output[:40]!r} and not {outputs[first][:40]!r}"}


def count(program, chosen):
    """What counting gives for each engine."""
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


def time(program, chosen, options):
    """What rounds of runs give for each engine."""
    entries, outputs, commands = {}, {}, {}
    values = program.counted if options.quick else program.arguments
    for engine in chosen:
        try:
            built = engine.build(program)
            commands[engine.name] = [*engine.started(built), *values]
            # The first run warms the caches, and shows whether the answer is right.
            _, memory, outputs[engine.name] = measure.once(commands[engine.name], program.input())
            entries[engine.name] = {"size": os.path.getsize(built), "memory": memory}
        except Failure as failure:
            entries[engine.name] = {"error": str(failure)}
    agree(entries, outputs)
    commands = {name: command for name, command in commands.items() if "error" not in entries[name]}
    base = chosen[0].name
    if commands:
        figures = measure.measured(commands, program.input(), base, 1 if options.quick else options.rounds)
        for name, figure in figures.items():
            entries[name].update(figure)
    return entries


def main():
    options = arguments()
    if not os.access(options.tool, os.X_OK):
        end(f"{options.tool} is not there: build it with `cargo build --release`, or name it with --tool")
    forget()
    known = engines.engines(options.tool, options.baseline, options.cpu)
    names = chosen(options.engines, known, "engine")
    if options.baseline and "baseline" not in names:
        names.append("baseline")
    engine_list, results = [known[name] for name in names], {}
    for program in chosen_programs(options.only):
        say(f"{'counting' if options.counts else 'running'} {program.name}")
        results[program.name] = count(program, engine_list) if options.counts else time(program, engine_list, options)
    (report.print_counts if options.counts else report.print_times)(results, names, names[0])


main()
