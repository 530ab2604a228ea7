"""Makes docs/benchmarks.md, and the picture beside it, from the results."""

import os, sys, textwrap
import chart, programs, report, summary
import results as data
from sections import KINDS

GROUPS = {
    "large": "Large programs in C",
    "small": "Small programs in C",
    "polybench": "Loops over arrays (after PolyBench)",
    "rust": "Programs in Rust",
    "simd": "Programs of vectors",
    "module": "Modules without a native build",
}
INTRODUCTION = """# Benchmarks

`python3 benches/compare --json benches/compare/results.json` measures; the same with `--page
docs/benchmarks.md` makes this page. [Its README](../benches/compare/README.md) tells what the
programs are, how they are built, and what each number means. [`wasi-aot
bench`](reference.md#comparing-with-wasmtime-and-native-code) compares a module of your own.
"""
TIMES = """## Run time

User time as a multiple of native code's; below 1 is faster than that. The engines run in turn, and
each number is the median of the ratios of all rounds. A ratio counts if 15 rounds or more give it
with an interquartile range below 4 %. `~` marks one that does not count: it was measured in fewer
rounds, or did not keep still. `-` is a failure, which the end of this page explains, or was not
measured. A number in brackets tells of how many programs a mean is.
"""
COUNTS = """## Instructions

Executed instructions as a multiple of native code's, in runs with smaller arguments. These numbers
are exact, and the same on every machine; an empty program's are subtracted. They tell how much
longer the code is, not how much slower. wasmtime compiles for x86-64-v2 here, as the others do.
"""
SUMMARY = """## Summary

Geometric means of the ratios below, of which each section tells more. Applications are lua,
quickjs, sqlite, bzip2 and zstd; beside native code zstd-plain takes the place of zstd. Compiling is
that of yosys, avr-cc1plus, sqlite, boolector and quickjs.
"""
TEXT = """## Code size

The section `.text` of what runs, without that of an empty program: that is the program's own code,
and what it needs beyond an empty program of the runtime or of the C library. The C library is part
of the module, and so of wasi-aot's code, while most of the native one is in the empty program, too.
"""
COMPILE = """## Compiling

Seconds of the CPU on one thread, and the peak of memory. The engines of WebAssembly start from the
module, native code from C or Rust.
"""
SIZE = """## Size

KiB of what runs: a static executable, or a file that wasmtime or node reads.
"""
COSTS = """## Small costs

Medians, with the quartiles. `start` is from the start of an empty program to its end, by the clock
and in time of the CPU. `hello` is the user and system time of a process that says hello, without
the sandbox policy and with it, in 2,000 starts of each, in turn. Natively it is a static program in
C (with musl, which starts sooner than glibc); with the policy it installs the same filter. `host
call` asks for the time. `direct call` and `indirect call` are a loop of additions with such a call
in it. `memory.grow` adds a page of 64 KiB and writes to it, natively by `sbrk`.
"""


def groups(found, names, kind):
    """A table for each group that has such figures."""
    parts = []
    for group, title in GROUPS.items():
        listed = [
            each.name
            for each in programs.ALL
            if each.group == group and each.name in found["programs"]
        ]
        listed = [
            name
            for name in listed
            if any(data.entry(found, name, engine, kind) for engine in names)
        ]
        if listed:
            rows = report.section(found, listed, names, kind, numbers=False)
            parts += [f"### {title}", report.markdown(*rows)]
    return parts


def ideas():
    """What was tried to make code better: a table that is written by hand."""
    with open(os.path.join(os.path.dirname(__file__), "ideas.md"), encoding="utf-8") as file:
        return file.read().rstrip()


def servers():
    """The section on HTTP servers, which `benches/serve` measures."""
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "serve")
    sys.path.append(folder)
    import tables

    return tables.section(data.load(os.path.join(folder, "results.json"))).rstrip()


def item(text):
    """A line of a list, broken where it is too wide."""
    return textwrap.fill(
        text, 100, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
    )


def conditions(found):
    """On what the figures were measured, and by which versions."""
    machine = found["machine"]
    lines = [
        f"Measured on {machine['cores']} processors of {machine['cpu']}, "
        f"Linux {machine['kernel']}:",
        "",
    ]
    return "\n".join(
        [*lines, *(item(f"{name}: {version}") for name, version in found["engines"].items())]
    )


def stillness(found, names):
    """How much of the run times counts."""
    entries = [
        data.entry(found, each, name, "times") for each in found["programs"] for name in names
    ]
    ratios = [ratio["still"] for entry in entries for ratio in entry.get("ratios", {}).values()]
    missing = [
        each.name
        for each in programs.ALL
        if not each.only_compiled
        and not any(
            "seconds" in data.entry(found, each.name, name, "times")
            for name in names
            if each.name in found["programs"]
        )
    ]
    text = f"Of {len(ratios)} ratios of run time {sum(ratios)} count."
    if not all(ratios):
        text += (
            " The rounds were few, or other work ran on the machine: the rest only tells of what "
            "order the numbers are."
        )
    text += f" Not measured: {', '.join(missing)}." if missing else ""
    return textwrap.fill(text, 100, break_on_hyphens=False)


def compiling(found, names, listed):
    listed = [
        each
        for each in listed
        if any("seconds" in data.entry(found, each, name, "compile") for name in names)
    ]
    if not listed:
        return []
    figures = {
        name: [data.entry(found, each, name, "compile").get("seconds", {}) for each in listed]
        for name in names
    }
    names = [name for name in names if any(figures[name])]
    once = [name for name in names if any(figure.get("rounds") == 1 for figure in figures[name])]
    who = (
        f"{', '.join(once)} compiled once; of the others the median counts."
        if once
        else "The median counts."
    )
    return [
        COMPILE.rstrip(),
        textwrap.fill(who, 100, break_on_hyphens=False),
        report.markdown(*report.section(found, listed, names, "compile")),
        "Peak memory:",
        report.markdown(*report.extra(found, listed, names, "compile", "memory", "MiB", 1)),
    ]


def code(found, names, listed):
    listed = [
        each
        for each in listed
        if any("text" in data.entry(found, each, name, "text") for name in names)
    ]
    if not listed:
        return []
    return [TEXT.rstrip(), report.markdown(*report.section(found, listed, names, "text", False))]


def sizes(found, names, listed):
    listed = [
        each
        for each in listed
        if any("size" in data.entry(found, each, name, "times") for name in names)
    ]
    if not listed:
        return []
    return [
        SIZE.rstrip(),
        report.markdown(*report.extra(found, listed, names, "times", "size", "", 1 / 1024)),
    ]


def failures(found, listed):
    """What went wrong. A reason that several programs share is told once."""
    shared = {}
    for program, name, reason in data.reasons(found, listed, KINDS):
        shared.setdefault((name, reason), []).append(program)
    lines = [
        item(f"{name}, {', '.join(held)}: {reason}") for (name, reason), held in shared.items()
    ]
    return ["## Failures", "\n".join(lines)] if lines else []


def picture(found, names, listed, path):
    drawn = chart.chart(found, listed, names)
    if not drawn:
        return []
    with open(path, "w") as file:
        file.write(drawn)
    return [f"![Run time as a multiple of native code's]({os.path.basename(path)})"]


def write(found, path):
    """The page at `path`, and its picture with the same name."""
    names = list(found["engines"])
    listed = [each.name for each in programs.ALL if each.name in found["programs"]]
    counted = [
        name
        for name in names
        if any("count" in data.entry(found, each, name, "counts") for each in listed)
    ]
    parts = [INTRODUCTION.rstrip(), conditions(found)]
    if held := summary.table(found):
        parts += [SUMMARY.rstrip(), report.markdown(*held)]
    parts += [TIMES.rstrip(), stillness(found, names)]
    parts += picture(found, names, listed, os.path.splitext(path)[0] + ".svg")
    parts += groups(found, names, "times")
    parts += [COUNTS.rstrip(), *groups(found, counted, "counts")] if counted else []
    parts += code(found, names, listed)
    parts += compiling(found, names, listed) + sizes(found, names, listed)
    parts += (
        [COSTS.rstrip(), report.markdown(*report.costs(found, names))] if found["costs"] else []
    )
    parts += [servers(), ideas(), *failures(found, listed)]
    with open(path, "w") as file:
        file.write("\n\n".join(parts) + "\n")
