"""What the comparisons with wasmtime share: where things are, and how processes are measured. The figures are medians of interleaved rounds.

A figure is only of a process that succeeded. What is missing, or fails, ends the comparison with a sentence and exit status 1.
"""
import argparse, os, shutil, statistics, subprocess, sys, tempfile

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


def arguments(options):
    """The parsed command line. Both compilers are there, or the comparison ends here."""
    options = options.parse_args()
    for tool, way in ((options.wasi_aot, "build it with `cargo build --release`, or name it with --wasi-aot"),
                      (options.wasmtime, "name it with --wasmtime or WASMTIME, or get the corpus (tests/programs/README.md)")):
        required(tool, way, os.X_OK)
    if options.rounds < 1:
        fail("--rounds must be at least 1")
    return options


def fail(sentence):
    """Ends the comparison with this sentence."""
    sys.exit(f"{os.path.basename(sys.argv[0])}: {sentence}")


def required(path, way, access=os.R_OK):
    """The path of a file that is needed. `way` says how to get it."""
    if not os.path.isfile(path):
        fail(f"{path} is not there: {way}")
    if not os.access(path, access):
        fail(f"{path} cannot be {'run' if access == os.X_OK else 'read'}")
    return path


def succeed(command, expected=0, **where):
    """Resources that a command used, and its standard output. A command that does not end with `expected` ends the comparison."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            child = subprocess.Popen(command, stdout=output, stderr=errors, **where)
        except OSError as error:
            fail(f"{command[0]} cannot be run: {error.strerror}")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if child.returncode != expected:
            said = errors.read().decode(errors="replace").strip()
            ended = f"ended with {child.returncode}" if child.returncode >= 0 else f"ended by signal {-child.returncode}"
            fail(f"`{' '.join(command)}` {ended}, not with {expected}" + (f"; it said:\n{said[-2000:]}" if said else ""))
        output.seek(0)
        return usage, output.read()


def measured(command, expected=0, **where):
    """Seconds of user time, seconds of user and system time, and standard output."""
    usage, output = succeed(command, expected, **where)
    return usage.ru_utime, usage.ru_utime + usage.ru_stime, output


def medians(rounds, runs):
    """For each of `runs` the medians of its columns, run in turn `rounds` times."""
    figures = [[] for _ in runs]
    for _ in range(rounds):
        for run, own in zip(runs, figures):
            own.append(run())
    return [[statistics.median(column) for column in zip(*own)] for own in figures]
