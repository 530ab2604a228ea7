#!/usr/bin/env python3
"""Compares wasi-aot with wasmtime on real programs, in one run, as ratios (above 1: wasi-aot is slower or larger).

usage: compare.py [--rounds N] [--wasi-aot PATH] [--wasmtime PATH] [--user] [--cpu CPU] [NAME...]
The modules come from WASI_AOT_CORPUS (see tests/programs/README.md), the figures are medians of interleaved rounds.
wasi-aot is target/release/wasi-aot unless it is named; wasmtime is $WASMTIME, PATH's, or the corpus's own. With --user the seconds are
user time, which other work on the machine disturbs less.
"""
import json, os, shutil, statistics, subprocess, sys, tempfile, time
from engines import HERE, arguments, corpus, fail, parser, required, succeed

PROGRAMS = os.path.join(HERE, "../tests/programs")
DEFAULT = ["quickjs", "bzip2", "boolector"]
# Inputs that keep a program busy for a while: the name, its arguments, what is put where.
WORKLOADS = {
    "quickjs": (["/work.js"], None),
    "bzip2": (["-c"], "work.txt"),
    "boolector": (["--smt2", "-m", "/work.smt2"], None),
    "itk-compress-stringify": (["/work.txt", "/o.bin", "--stringify", "--compression-level", "15"], None),
    "itk-mesh-repair": (["/work.iwm.cbor", "/o.iwm.cbor", "--maximum-hole-area", "1", "--minimum-component-area", "1"], None),
}
SCRIPT = """
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
let words = {}, text = "";
for (let i = 0; i < 60000; i++) { let w = "w" + (i * 7919) % 5003; words[w] = (words[w] || 0) + 1; if (i % 10 == 0) text += w + " "; }
let a = []; for (let i = 0; i < 100000; i++) a.push((i * 1103515245 + 12345) % 2147483648);
a.sort((x, y) => x - y);
console.log(fib(27), Object.keys(words).length, text.split(/w1+/).length, a[500]);
"""

FACTORS = """
(set-logic QF_BV) (declare-fun x () (_ BitVec 36)) (declare-fun y () (_ BitVec 36))
(assert (bvult x (_ bv262144 36))) (assert (bvult y (_ bv262144 36)))
(assert (bvugt x (_ bv1 36))) (assert (bvule x y)) (assert (= (bvmul x y) (_ bv4292870399 36)))
(check-sat) (get-value (x y))
"""


def measured(command, expected, folder, user, stdin=None, threads=None):
    """Seconds (of user time, if `user`), peak memory in KiB (at least this script's own, which the kernel counts in) and output."""
    environment = dict(os.environ)
    if threads:
        environment["RAYON_NUM_THREADS"] = str(threads)
    with open(os.path.join(folder, stdin) if stdin else os.devnull, "rb") as source:
        start = time.perf_counter()
        usage, output = succeed(command, expected, cwd=folder, stdin=source, env=environment)
        seconds = usage.ru_utime if user else time.perf_counter() - start
    return seconds, usage.ru_maxrss, output


def compare(rounds, ours, theirs):
    """Medians of (seconds, memory) of both, run in turn; their outputs must agree."""
    figures = ([], [])
    for _ in range(rounds):
        for index, run in enumerate((ours, theirs)):
            seconds, memory, output = run()
            figures[index].append((seconds, memory))
            if index == 0:
                expected = output
            elif output != expected:
                fail(f"the answers differ: {len(expected)} bytes and {len(output)} bytes")
    return [[statistics.median(column) for column in zip(*side)] for side in figures]


def line(what, unit, ours, theirs):
    print(f"{what:34} {ours:10.4g} {theirs:10.4g} {unit:4} {ours / theirs:6.2f}", flush=True)


def compiled(command, output, *how, **environment):
    """What `measured` says of a compiler, which must write `output` anew."""
    if os.path.exists(output):
        os.remove(output)
    seconds, memory, _ = measured(command, 0, *how, **environment)
    if not os.path.isfile(output) or not os.path.getsize(output):
        fail(f"`{' '.join(command)}` ended with 0, but wrote nothing to {output}")
    return seconds, memory, b""


def compile_figures(program, module, options, folder):
    name, wasmtime, rounds, user = program["name"], options.wasmtime, options.rounds, options.user
    app, cwasm = os.path.join(folder, name), os.path.join(folder, name + ".cwasm")
    build = [options.wasi_aot, "build", "-q", "--no-cache", "--cpu", options.cpu, "--dir", ".::/", *program.get("build", []), module, "-o", app]
    for threads in sorted({1, os.cpu_count()}):
        def ours():
            return compiled(build + ["-j", str(threads)], app, folder, user)
        def theirs():
            parallel = [] if threads > 1 else ["-C", "parallel-compilation=n"]
            return compiled([wasmtime, "compile", *parallel, "-o", cwasm, module], cwasm, folder, user, threads=threads)
        ours, theirs = compare(rounds, ours, theirs)
        line(f"{name}: compile, {threads} thread(s)", "s", ours[0], theirs[0])
        line(f"{name}: compile, memory", "MiB", ours[1] / 1024, theirs[1] / 1024)
    line(f"{name}: size", "KiB", os.path.getsize(app) / 1024, os.path.getsize(cwasm) / 1024)
    return app, cwasm


def run_figures(program, app, cwasm, options, folder):
    name, trap = program["name"], ["-W", "unknown-imports-trap"] if "build" in program else []
    args, stdin = WORKLOADS.get(name, (program["args"], program["stdin"]))
    expected = 0 if name in WORKLOADS else program["expect"]["exit"]
    run = [options.wasmtime, "run", "--allow-precompiled", *trap, "--dir", ".::/", cwasm]
    ours, theirs = compare(
        options.rounds,
        lambda: measured([app, *args], expected, folder, options.user, stdin),
        lambda: measured([*run, *args], expected, folder, options.user, stdin),
    )
    line(f"{name}: run", "s", ours[0], theirs[0])


def inputs(folder):
    shutil.copytree(os.path.join(PROGRAMS, "inputs"), folder, dirs_exist_ok=True)
    for name, text in (("work.js", SCRIPT), ("work.smt2", FACTORS)):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    with open(os.path.join(folder, "words.txt"), "rb") as words, open(os.path.join(folder, "work.txt"), "wb") as work:
        work.write(words.read() * 20)
    succeed([sys.executable, os.path.join(PROGRAMS, "torus.py"), "480", "240", os.path.join(folder, "work.iwm.cbor")])


def main():
    options = parser(__doc__, 5)
    options.add_argument("--user", action="store_true")
    options.add_argument("--cpu", default="x86-64-v2")
    options = arguments(options)
    for tool in (options.wasi_aot, options.wasmtime):
        print(succeed([tool, "--version"])[1].decode().strip())
    with open(os.path.join(PROGRAMS, "programs.json")) as table:
        programs = {program["name"]: program for program in json.load(table)}
    names = options.names or DEFAULT
    for name in names:
        if name not in programs:
            fail(f"there is no program {name}; the programs are {', '.join(programs)}")
        required(os.path.join(corpus(), programs[name]["module"]), "get the corpus (tests/programs/README.md)")
    print(f"{'':34} {'wasi-aot':>10} {'wasmtime':>10}        ratio")
    with tempfile.TemporaryDirectory() as folder:
        inputs(folder)
        for name in names:
            module = os.path.join(corpus(), programs[name]["module"])
            app, cwasm = compile_figures(programs[name], module, options, folder)
            run_figures(programs[name], app, cwasm, options, folder)


main()
