"""The servers that are compared, and how each is built."""

import dataclasses, functools, os, shutil
from tools import CACHE, ROOT, Failure, content, corpus, digest, kept, run, say, stamp

HERE = os.path.dirname(os.path.abspath(__file__))
COMPONENTS = os.path.join(ROOT, "tests/http/components")
WORKERS = 2
# Puts an empty folder in the place of /proc for one program, in a name space of its own.
WITHOUT_PROC = 'mount -t tmpfs none /proc && exec "$0" "$@"'


@dataclasses.dataclass
class Server:
    """A server, as a row of the tables."""

    name: str
    kind: str
    language: str
    port: int
    command: list[str]
    # What the time of a request is compared with.
    bases: tuple[str, ...] = ()


class Makers:
    """Builds servers, each for a port of its own."""

    def __init__(self, tool, first_port, files):
        self.tool, self.files = tool, files
        self.ports = iter(range(first_port, first_port + 1000))
        self.given = {}

    def port(self, *key):
        """A port that stays the same for the same executable."""
        if key not in self.given:
            self.given[key] = next(self.ports)
        return self.given[key]

    def native(self, workers=0):
        """The server in C: one process, or a supervisor and workers with filters, as wasi-aot."""
        source, port = os.path.join(HERE, "server.c"), self.port("C", workers)
        command = ["gcc", "-O2", "-static", source, "-o"]
        path = kept("serve-c", content(source)[:24], lambda path: run([*command, path]))
        if workers:
            name = f"C with {workers} confined workers"
            return Server(name, "C", "", port, [path, str(port), str(workers)])
        return Server("C on epoll", "C", "", port, [path, str(port)])

    def hyper(self):
        folder, port = os.path.join(HERE, "hyper"), self.port("hyper")
        files = ("Cargo.toml", "Cargo.lock", "src/main.rs")
        key = digest(*(content(os.path.join(folder, file)) for file in files))
        path = kept("serve-hyper", key, lambda path: self.build_hyper(folder, path))
        command = [path, f"127.0.0.1:{port}"]
        return Server("hyper", "hyper", "", port, command, ("C on epoll",))

    def build_hyper(self, folder, path):
        say("building hyper")
        target = os.path.join(CACHE, "serve-hyper-target")
        manifest = os.path.join(folder, "Cargo.toml")
        command = ["cargo", "build", "-q", "--release", "--locked", "--manifest-path", manifest]
        run([*command, "--target-dir", target])
        shutil.copy(os.path.join(target, "release/wasi-aot-serve-hyper"), path)

    def wasmtime(self, language, reused=False):
        """wasmtime has an instance for each request, or keeps it for a great many."""
        tool, component = corpus("wasmtime"), self.files[language]
        key = digest(stamp(tool), content(component))
        code = kept(
            "serve-wasmtime.cwasm", key, lambda path: run([tool, "compile", component, "-o", path])
        )
        port = self.port("wasmtime", language, reused)
        command = [tool, "serve", "-Scli", "--allow-precompiled", f"--addr=127.0.0.1:{port}"]
        if reused:
            command.append("--max-instance-reuse-count=1000000000")
        kind = "wasmtime reused" if reused else "wasmtime"
        return Server(f"{kind}: {language}", kind, language, port, [*command, code])

    def executable(self, language, workers=WORKERS, proc=True):
        """Path and port of an executable of wasi-aot."""
        component, port = self.files[language], self.port("wasi-aot", language, workers, proc)
        options = ["--listen", f"127.0.0.1:{port}", "--workers", str(workers)]
        command = [self.tool, "build", "-q", "--no-config", *options, component, "-o"]
        key = digest(content(self.tool), content(component), *options)
        return kept(f"serve-{language}", key, lambda path: run([*command, path])), port

    def wasi_aot(self, language, proc=True, workers=WORKERS):
        path, port = self.executable(language, workers, proc)
        kind = "wasi-aot" if proc else "wasi-aot without /proc"
        command = [path] if proc else without_proc(path)
        bases = ("hyper", f"wasmtime: {language}")
        return Server(f"{kind}: {language}", kind, language, port, command, bases)


@functools.cache
def unshare():
    """The command that gives a program its own mounts."""
    if not (path := shutil.which("unshare")):
        raise Failure("unshare is not installed")
    # Without privileges a name space of users is needed, too.
    return [path, "-m"] if os.geteuid() == 0 else [path, "-rm"]


def without_proc(path):
    return [*unshare(), "/bin/sh", "-c", WITHOUT_PROC, path]
