"""The programs that are compared: their sources, arguments and inputs."""

import dataclasses, functools, glob, os
from tools import INPUTS, PROGRAMS, crate


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    group: str
    arguments: tuple  # for a run of 0.3 to 2 s
    counted: tuple  # for counting instructions, which takes some ten times as long
    stdin: str = ""  # a file of inputs/, or a crate's, as `crate:path`
    source: str = ""  # its file in programs/ if that is not its name
    library: str = ""  # what it is linked with: a function of this file
    flags: tuple = ()
    native: tuple = ()  # flags of native builds only
    simd: bool = False
    rust: bool = False  # in rust/src/bin
    status: int = 0  # how it ends
    module: str = ""  # a program of tests/programs/get.sh, of which there is only the module
    only_compiled: bool = False  # it is not run

    def sources(self):
        """All C files, the program's own last, and the flags that they need."""
        files, flags = LIBRARIES[self.library]() if self.library else ((), ())
        return [*files, os.path.join(PROGRAMS, (self.source or self.name) + ".c")], [
            *flags,
            *self.flags,
        ]

    def input(self):
        """The path of what is on standard input."""
        if ":" in self.stdin:
            name, path = self.stdin.split(":")
            return os.path.join(crate(name), path)
        return os.path.join(INPUTS, self.stdin) if self.stdin else os.devnull


@functools.cache
def lua():
    folder = os.path.join(crate("lua-src"), "lua-5.5.1")
    # The script ends no call by an error: one source serves systems with and without setjmp.
    jumps = ["-Dluai_jmpbuf=int", "-DLUAI_THROW(L,c)=abort()", "-DLUAI_TRY(L,c,f,ud)=f(L,ud)"]
    # A seed that is always the same makes hash tables, and so the counts, always the same.
    jumps.append("-Dluai_makeseed()=1")
    left_out = ("loslib.c", "liolib.c", "loadlib.c", "linit.c")
    files = [
        file
        for file in sorted(glob.glob(folder + "/*.c"))
        if os.path.basename(file) not in left_out
    ]
    return files, ["-I" + os.path.join(PROGRAMS, "lua"), "-I" + folder, *jumps]


@functools.cache
def quickjs():
    folder = os.path.join(crate("rquickjs-sys"), "quickjs")
    files = [
        os.path.join(folder, file)
        for file in ("quickjs.c", "libregexp.c", "libunicode.c", "dtoa.c")
    ]
    return files, ["-I" + folder, "-D_GNU_SOURCE", "-DNDEBUG"]


@functools.cache
def sqlite():
    folder = os.path.join(crate("libsqlite3-sys"), "sqlite3")
    options = [
        "THREADSAFE=0",
        "OS_OTHER=1",
        "OMIT_LOAD_EXTENSION",
        "OMIT_WAL",
        "TEMP_STORE=3",
        "DEFAULT_MEMSTATUS=0",
    ]
    return [os.path.join(folder, "sqlite3.c")], [
        "-I" + folder,
        *("-DSQLITE_" + option for option in options),
    ]


@functools.cache
def bzip2():
    (folder,) = glob.glob(os.path.join(crate("bzip2-sys"), "bzip2-1*"))
    names = ("blocksort", "huffman", "crctable", "randtable", "compress", "decompress", "bzlib")
    return [os.path.join(folder, name + ".c") for name in names], ["-I" + folder, "-DBZ_NO_STDIO"]


@functools.cache
def zstd():
    folder = os.path.join(crate("zstd-sys"), "zstd/lib")
    files = [
        file
        for part in ("common", "compress", "decompress")
        for file in sorted(glob.glob(f"{folder}/{part}/*.c"))
    ]
    # The assembly of x86-64 is left out everywhere: it belongs to no C compiler.
    return files, ["-I" + folder, "-DZSTD_DISABLE_ASM", "-DZSTD_LEGACY_SUPPORT=0"]


LIBRARIES = {"lua": lua, "quickjs": quickjs, "sqlite": sqlite, "bzip2": bzip2, "zstd": zstd}
TEXT = "libsqlite3-sys:sqlite3/sqlite3.c"
RUST_TEXT = "libc:src/unix/linux_like/linux/mod.rs"
# What WebAssembly has no instruction for: vectors, BMI2, hints to the cache.
NO_INTRINSICS = ("-DZSTD_NO_INTRINSICS", "-DDYNAMIC_BMI2=0", "-DNO_PREFETCH")


def program(name, group, arguments, counted, **more):
    return Program(name, group, tuple(arguments.split()), tuple(counted.split()), **more)


ALL = [
    program("lua", "large", "16", "1", stdin="lua.lua", library="lua"),
    program("quickjs", "large", "16", "1", stdin="quickjs.js", library="quickjs"),
    program("sqlite", "large", "120000", "5000", stdin="sqlite.sql", library="sqlite"),
    program("bzip2", "large", "4000000 1", "300000 1", stdin=TEXT, library="bzip2"),
    program("zstd", "large", "4000000 8 6", "300000 6 2", stdin=TEXT, library="zstd"),
    program(
        "zstd-plain",
        "large",
        "4000000 8 6",
        "300000 6 2",
        stdin=TEXT,
        source="zstd",
        library="zstd",
        native=NO_INTRINSICS,
    ),
    program("coremark-like", "small", "15000", "500"),
    program("fib", "small", "41", "28"),
    program("nqueens", "small", "15", "9"),
    program("bintrees", "small", "17", "10"),
    program("mandelbrot", "small", "1500", "120"),
    program("nbody", "small", "7000000", "200000"),
    program("spectral", "small", "2500", "200"),
    program("fannkuch", "small", "10 2", "8 1"),
    program("sha256", "small", "2000", "60"),
    program("icall", "small", "100000", "5000"),
    program("gemm", "polybench", "1200", "150"),
    program("jacobi-2d", "polybench", "600 1000", "200 20"),
    program("heat-3d", "polybench", "80 400", "40 20"),
    program("floyd", "polybench", "1000", "150"),
    program("nussinov", "polybench", "1500", "250"),
    program("cholesky", "polybench", "1400", "250"),
    program("regex", "rust", "4000000 25", "200000 1", stdin=TEXT, rust=True),
    program("serde_json", "rust", "10000 20", "1000 3", rust=True),
    program("syn", "rust", "60", "1", stdin=RUST_TEXT, rust=True),
    program(
        "boolector",
        "module",
        "--smt2 -m",
        "--smt2 -m",
        stdin="boolector.smt2",
        status=10,
        module="boolector",
    ),
    program("yosys", "module", "", "", module="yosys-npm", only_compiled=True),
    program("avr-cc1plus", "module", "", "", module="avr-cc1plus", only_compiled=True),
    program("simd-mandelbrot", "simd", "2600", "160", simd=True),
    program("simd-gemm", "simd", "1600", "128", simd=True),
    program("simd-blur", "simd", "1024 700", "256 20", simd=True),
    program("simd-bytes", "simd", "100000 40000", "100000 20", simd=True),
]
BY_NAME = {each.name: each for each in ALL}
# What the summary means by applications. Beside native code Zstandard is built without intrinsics.
APPLICATIONS = ("lua", "quickjs", "sqlite", "bzip2", "zstd")
PLAIN_APPLICATIONS = (*APPLICATIONS[:-1], "zstd-plain")
# What costs.py runs: their arguments are how often, many times and few.
EMPTY = program("empty", "costs", "", "")
HELLO = program("hello", "costs", "", "")
COSTS = {
    each.name: each
    for each in (
        program("hostcall", "costs", "3000", "100"),
        program("direct", "costs", "100000", "5000"),
        program("grow", "costs", "12000", "2000"),
    )
}
