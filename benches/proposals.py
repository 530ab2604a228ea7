#!/usr/bin/env python3
"""Compares programs of garbage collection (gc/) and exceptions (exceptions/) with wasmtime on the same module, as ratios of
user time, and of user and system time (above 1: wasi-aot is slower).

usage: proposals.py [--rounds N] [--wasi-aot PATH] [--wasmtime PATH] [--heap MiB] [NAME...]
Both may use as much heap as --heap says (256), and wasmtime its fastest collector (copying). It does not run gc/map within 256 MiB, of
which it needs two halves; what does not run has no ratio.
"""
import glob, os, subprocess, tempfile
from engines import HERE, measured, medians, parser


def main():
    options = parser(__doc__, 5)
    options.add_argument("--heap", type=int, default=256)
    options = options.parse_args()
    proposals = ["-W", f"gc,function-references,exceptions,max-memory-size={options.heap << 20}", "-C", "collector=copying"]
    print(f"{'':24} {'wasi-aot':>9} {'wasmtime':>9} {'user':>6} {'both':>6}")
    with tempfile.TemporaryDirectory() as folder:
        app, cwasm = os.path.join(folder, "app"), os.path.join(folder, "app.cwasm")
        theirs = [options.wasmtime, "run", "--allow-precompiled", *proposals, cwasm]
        for module in sorted(glob.glob(os.path.join(HERE, "gc/*.wat")) + glob.glob(os.path.join(HERE, "exceptions/*.wat"))):
            name = os.path.relpath(module, HERE).removesuffix(".wat")
            if options.names and not any(part in name for part in options.names):
                continue
            subprocess.run([options.wasi_aot, "build", "-q", "--max-heap", f"{options.heap}M", module, "-o", app], check=True, stdout=subprocess.DEVNULL)
            subprocess.run([options.wasmtime, "compile", *proposals, module, "-o", cwasm], check=True)
            engines = [[app], theirs]
            if subprocess.run(theirs, stderr=subprocess.DEVNULL).returncode:
                engines.pop()
            figures = medians(options.rounds, [lambda engine=engine: measured(engine)[:2] for engine in engines])
            line = f"{name:24} {figures[0][0]:9.4f}"
            if len(engines) > 1:
                line += f" {figures[1][0]:9.4f}" + "".join(f" {ours / theirs:6.3f}" for ours, theirs in zip(*figures))
            print(line, flush=True)


main()
