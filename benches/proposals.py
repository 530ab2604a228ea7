#!/usr/bin/env python3
"""Compares programs of garbage collection (gc/) and exceptions (exceptions/) with wasmtime on the same module: for each of its collectors
that collect the ratio of user time (above 1: wasi-aot is slower).

usage: proposals.py [--rounds N] [--wasi-aot PATH] [--wasmtime PATH] [--cpu CPU] [--heap MiB] [--patience RATIO] [NAME...]
Both may use as much heap as --heap says (256). Instead of a ratio there is "heap" where that is not enough for wasmtime, and "> RATIO" where
it takes so many times our time (4), and more than ten seconds, which is when it is stopped.
"""
import glob, math, os, resource, signal, subprocess, tempfile
from engines import HERE, arguments, fail, measured, medians, parser, succeed

COLLECTORS = ["copying", "drc"]


def proposals(heap, collector):
    """wasmtime's options for a heap of this many MiB."""
    return ["-W", f"gc,function-references,exceptions,max-memory-size={heap << 20}", "-C", f"collector={collector}"]


def why_not(command, seconds, patience):
    """What to print if a command fails, or takes more of the CPU's time than it may."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    ended = subprocess.run(command, stderr=subprocess.PIPE, preexec_fn=limit, text=True)
    if ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"> {patience}"
    if ended.returncode and "GC heap out of memory" not in ended.stderr:
        fail(f"`{' '.join(command)}` failed; it said:\n{ended.stderr}")
    return "heap" if ended.returncode else None


def main():
    options = parser(__doc__, 5)
    options.add_argument("--heap", type=int, default=256)
    options.add_argument("--patience", type=int, default=4)
    options.add_argument("--cpu", default="native")
    options = arguments(options)
    modules = sorted(glob.glob(os.path.join(HERE, "gc/*.wat")) + glob.glob(os.path.join(HERE, "exceptions/*.wat")))
    programs = [os.path.relpath(module, HERE).removesuffix(".wat") for module in modules]
    chosen = [name for name in programs if not options.names or any(part in name for part in options.names)]
    if not chosen:
        fail(f"no program has {' or '.join(options.names)} in its name; the programs are {', '.join(programs)}")
    print(f"{'user time':24} {'wasi-aot':>9}" + "".join(f"{collector:>17}" for collector in COLLECTORS))
    with tempfile.TemporaryDirectory() as folder:
        app = os.path.join(folder, "app")
        for name in chosen:
            module = os.path.join(HERE, name + ".wat")
            succeed([options.wasi_aot, "build", "-q", "--no-cache", "--cpu", options.cpu, "--max-heap", f"{options.heap}M", module, "-o", app])
            seconds = max(10, math.ceil(options.patience * measured([app])[1]))
            engines, failed = {"": [app]}, {}
            for collector in COLLECTORS:
                cwasm = os.path.join(folder, collector)
                succeed([options.wasmtime, "compile", *proposals(options.heap, collector), module, "-o", cwasm])
                engines[collector] = [options.wasmtime, "run", "--allow-precompiled", *proposals(options.heap, collector), cwasm]
                failed[collector] = why_not(engines[collector], seconds, options.patience)
                if failed[collector]:
                    del engines[collector]
            figures = medians(options.rounds, [lambda command=command: measured(command)[:1] for command in engines.values()])
            times = {engine: figure[0] for engine, figure in zip(engines, figures)}
            print(f"{name:24} {times['']:9.4f}" + "".join(
                f"{times[collector]:10.4f} {times[''] / times[collector]:6.3f}" if collector in times else f"{failed[collector]:>17}"
                for collector in COLLECTORS), flush=True)


main()
