#!/usr/bin/env python3
"""Compares programs of garbage collection (gc/) and exceptions (exceptions/) with wasmtime on the same module: for each of its collectors
that collect the ratio of user time (above 1: wasi-aot is slower).

usage: proposals.py [--rounds N] [--wasi-aot PATH] [--wasmtime PATH] [--cpu CPU] [--heap MiB] [--patience RATIO] [NAME...]
Both may use as much heap as --heap says (256). Instead of a ratio there is "heap" where that is not enough for wasmtime, and "> RATIO" where
it takes so many times our time (10), and more than half a minute, which is when it is stopped.
"""
import glob, os, subprocess, tempfile
from engines import HERE, measured, medians, parser

COLLECTORS = ["copying", "drc"]


def proposals(heap, collector):
    """wasmtime's options for a heap of this many MiB."""
    return ["-W", f"gc,function-references,exceptions,max-memory-size={heap << 20}", "-C", f"collector={collector}"]


def why_not(command, seconds, patience):
    """What to print if a command fails, or takes longer than it may."""
    try:
        ended = subprocess.run(command, stderr=subprocess.PIPE, timeout=seconds, text=True)
    except subprocess.TimeoutExpired:
        return f"> {patience}"
    if ended.returncode and "GC heap out of memory" not in ended.stderr:
        raise SystemExit(f"{command}: {ended.stderr}")
    return "heap" if ended.returncode else None


def main():
    options = parser(__doc__, 5)
    options.add_argument("--heap", type=int, default=256)
    options.add_argument("--patience", type=int, default=10)
    options.add_argument("--cpu", default="native")
    options = options.parse_args()
    print(f"{'user time':24} {'wasi-aot':>9}" + "".join(f"{collector:>17}" for collector in COLLECTORS))
    with tempfile.TemporaryDirectory() as folder:
        app = os.path.join(folder, "app")
        for module in sorted(glob.glob(os.path.join(HERE, "gc/*.wat")) + glob.glob(os.path.join(HERE, "exceptions/*.wat"))):
            name = os.path.relpath(module, HERE).removesuffix(".wat")
            if options.names and not any(part in name for part in options.names):
                continue
            subprocess.run([options.wasi_aot, "build", "-q", "--cpu", options.cpu, "--max-heap", f"{options.heap}M", module, "-o", app],
                           check=True, stdout=subprocess.DEVNULL)
            seconds = max(30, options.patience * measured([app])[1])
            engines, failed = {"": [app]}, {}
            for collector in COLLECTORS:
                cwasm = os.path.join(folder, collector)
                subprocess.run([options.wasmtime, "compile", *proposals(options.heap, collector), module, "-o", cwasm], check=True)
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
