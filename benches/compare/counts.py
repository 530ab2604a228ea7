"""Counts the instructions that a process executes: exact, and the same on a busy machine.

qemu counts every engine's. Where it is missing, callgrind counts those of processes that run in it:
native code's, but not wasi-aot's, whose address space valgrind does not take over.
"""

import os, re, shutil, subprocess, tempfile
from tools import Failure, HERE, content, digest, kept, reason, run

SECONDS = 120


def plugin():
    """The plug-in of qemu-user, compiled."""
    source = os.path.join(HERE, "plugin.c")
    return kept(
        "plugin.so",
        content(source)[:24],
        lambda path: run(["gcc", "-O2", "-shared", "-fPIC", "-o", path, source]),
    )


def executed(command, expected, source, output, folder):
    """Instructions of one run of a command, whose output goes to `output`."""
    qemu, valgrind, path = (
        shutil.which("qemu-x86_64"),
        shutil.which("valgrind"),
        os.path.join(folder, "count"),
    )
    if qemu:
        counting = [qemu, "-plugin", f"{plugin()},out={path}"]
    elif valgrind:
        counting = [valgrind, "--tool=callgrind", f"--callgrind-out-file={path}"]
    else:
        raise Failure("there is neither qemu-x86_64 nor valgrind (Debian's qemu-user, valgrind)")
    try:
        done = subprocess.run(
            [*counting, *command],
            stdin=source,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise Failure(f"more than {SECONDS} s while counting") from error
    if done.returncode != expected:
        raise Failure(f"while counting: {reason(done.stderr, done.returncode)}")
    if not os.path.exists(path):
        raise Failure("nothing was counted")
    with open(path) as file:
        text = file.read()
    return text.strip() if qemu else re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)[1]


def counted(engine, program):
    """Instructions of a run with the small arguments, and its output. A count is kept, too."""
    engine = engine.for_counts()
    built = engine.build(program)
    command, stdin = [*engine.started(built), *program.counted], program.input()
    key = digest(engine.key(program), *program.counted, content(stdin) if program.stdin else "")

    def count(path):
        with open(
            stdin, "rb"
        ) as source, tempfile.TemporaryFile() as output, tempfile.TemporaryDirectory() as folder:
            number = executed(command, program.status, source, output, folder)
            output.seek(0)
            with open(path, "wb") as file:
                file.write(number.encode() + b"\n" + output.read())

    with open(kept(f"{program.name}.{engine.name}.count", key, count), "rb") as file:
        number, _, output = file.read().partition(b"\n")
    return int(number), output
