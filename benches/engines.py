"""What the comparisons with wasmtime share: where things are, and how processes are measured. The figures are medians of interleaved rounds."""
import argparse, os, shutil, statistics, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))


def corpus():
    """The folder of programs and tools that tests/programs/README.md speaks of."""
    return os.environ.get("WASI_AOT_CORPUS") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "wasi-aot-corpus")


def parser(text, rounds):
    """A command line with what every comparison has; `text` is the script's own documentation."""
    found = os.environ.get("WASMTIME") or shutil.which("wasmtime") or os.path.join(corpus(), "wasmtime/wasmtime_cli/wasmtime")
    options = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=rounds)
    options.add_argument("--wasi-aot", type=os.path.abspath, default=os.path.join(HERE, "../target/release/wasi-aot"))
    options.add_argument("--wasmtime", type=os.path.abspath, default=found)
    options.add_argument("names", nargs="*")
    return options


def measured(command, expected=0, **where):
    """Seconds of user time, seconds of user and system time, and standard output."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, **where)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != expected:
        sys.exit(f"{command}: {child.returncode}")
    return usage.ru_utime, usage.ru_utime + usage.ru_stime, output


def medians(rounds, runs):
    """For each of `runs` the medians of its columns, run in turn `rounds` times."""
    figures = [[] for _ in runs]
    for _ in range(rounds):
        for run, own in zip(runs, figures):
            own.append(run())
    return [[statistics.median(column) for column in zip(*own)] for own in figures]
