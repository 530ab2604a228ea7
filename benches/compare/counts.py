"""Counts the instructions that a process executes: exact, and the same on a busy machine."""
import os, shutil, subprocess, tempfile
from tools import Failure, HERE, content, digest, kept, reason, run

SECONDS = 120


def plugin():
    """The plug-in of qemu-user, compiled."""
    source = os.path.join(HERE, "plugin.c")
    return kept("plugin.so", content(source)[:24], lambda path: run(["gcc", "-O2", "-shared", "-fPIC", "-o", path, source]))


def counted(engine, program):
    """Instructions of a run with the small arguments. A count that was made before is read again."""
    engine = engine.for_counts()
    built = engine.build(program)
    qemu = shutil.which("qemu-x86_64")
    if not qemu:
        raise Failure("there is no qemu-x86_64 (Debian's qemu-user)")
    command, stdin = [*engine.started(built), *program.counted], program.input()
    key = digest(os.path.basename(built), engine.key(program), *program.counted, content(stdin) if program.stdin else "")

    def count(path):
        with open(stdin, "rb") as source, tempfile.TemporaryFile() as output:
            emulated = [qemu, "-plugin", f"{plugin()},out={path}", *command]
            try:
                done = subprocess.run(emulated, stdin=source, stdout=output, stderr=subprocess.PIPE, timeout=SECONDS)
            except subprocess.TimeoutExpired as error:
                raise Failure(f"more than {SECONDS} s in qemu") from error
            if done.returncode:
                raise Failure(f"in qemu: {reason(done.stderr, done.returncode)}")
            if not os.path.exists(path):
                raise Failure("qemu counted nothing")
            output.seek(0)
            with open(path, "ab") as file:
                file.write(output.read())

    with open(kept(f"{program.name}.{engine.name}.count", key, count), "rb") as file:
        number, _, output = file.read().partition(b"\n")
    return int(number), output
