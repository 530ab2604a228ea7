"""The compilers of the programs: one clang and one rustc make native code and modules."""

import glob, os, shutil
from tools import CACHE, Failure, HERE, PROGRAMS, content, corpus, digest, stamp

# zig's own driver turns -O3 into -O2 and keeps frame pointers. Its clang does what it is told.
# Contraction of a product and a sum would give other digits where the CPU has it.
C_FLAGS = ["-g0", "-w", "-fno-strict-aliasing", "-ffp-contract=off"]
NATIVE_C_FLAGS = ["-O3", "-fomit-frame-pointer", *C_FLAGS]
MODULE_C_FLAGS = ["-O3", *C_FLAGS, "-D_WASI_EMULATED_SIGNAL"]
# The stack is as large as the one that zig's and Rust's linkers give.
MODULE_LINK_FLAGS = ["-lc", "-lwasi-emulated-signal", "--strip-debug", "-zstack-size=1048576"]

RUST = os.path.join(HERE, "rust")
NATIVE_RUST = "x86_64-unknown-linux-gnu"
MODULE_RUST = "wasm32-wasip1"
# Modules are linked with wasi-libc as Debian packages it, not with zig's library: that one rounds
# the sizes of allocations up to powers of two, so that SQLite's pages need twice the memory and lie
# in few sets of the caches; and it copies byte by byte when an allocation grows.
WASI_HEADERS, WASI_LIBC = "/usr/include/wasm32-wasi", "/usr/lib/wasm32-wasi"
BUILTINS = "/usr/lib/llvm-*/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a"
# Debian's packages rustc-web, cargo-web, rust-web-src and lld. They bring no standard library for
# WASI, but its source. A program without threads never calls what Debian's C library lacks.
RUSTC, CARGO = "/usr/bin/rustc", "/usr/bin/cargo"
MODULE_RUST_FLAGS = [
    "-Clinker=wasm-ld",
    "-Clink-self-contained=no",
    f"-Clink-arg=-L{WASI_LIBC}",
    f"-Clink-arg={WASI_LIBC}/crt1-command.o",
    "-Clink-arg=--unresolved-symbols=ignore-all",
]
NATIVE_RUST_FLAGS = ["-Ctarget-feature=+crt-static"]


def clang(target="x86_64-linux-gnu"):
    """The command of clang for a target. It does not find its headers by itself."""
    zig = corpus("zig")
    headers = os.path.join(os.path.dirname(zig), "lib/include")
    return [zig, "clang", "-target", target, "-isystem", headers]


def module_clang():
    """The command of clang for modules."""
    return [*clang("wasm32-wasi"), "-nostdlibinc", "-isystem", WASI_HEADERS]


def wasi_builtins():
    """The compiler's own library for modules: 128-bit integers and the like."""
    found = sorted(glob.glob(BUILTINS))
    if not found or not os.path.isdir(WASI_LIBC):
        raise Failure("Debian's wasi-libc and libclang-rt-14-dev-wasm32 are not installed")
    return found[-1]


def compiler(name):
    """The command of a C compiler for this machine, and a name for its version."""
    if name == "clang":
        return clang(), stamp(corpus("zig"))
    found = shutil.which(name)
    if not found:
        raise Failure(f"there is no {name}")
    return [found], stamp(os.path.realpath(found))


def cpu_flags(name, cpu):
    """The flags of a C compiler for a CPU. clang, told a level and no more, takes shifts of two
    registers for rotations, as nothing tells it that they are slow; gcc tunes for the usual CPU."""
    tuned = [f"-mtune={tuning(cpu)}"] if name == "clang" else []
    return [f"-march={cpu}", *tuned]


def tuning(cpu):
    return "native" if cpu == "native" else "generic"


def compiled(compile, files, output):
    """Commands that compile each file, and the objects."""
    objects = [f"{output}.{index}.o" for index in range(len(files))]
    commands = [[*compile, "-c", file, "-o", object] for file, object in zip(files, objects)]
    return commands, objects


def linked(compile, files, output):
    """Commands that compile each file and link all to a static executable."""
    commands, objects = compiled(compile, files, output)
    return [*commands, ["gcc", "-static", "-o", output, *objects, "-lm"]]


def native_c(program, output, flags):
    files, own = program.sources()
    return linked([*clang(), *NATIVE_C_FLAGS, *flags, *own, *program.native], files, output)


def module_c(program, output, flags):
    files, own = program.sources()
    builtins = wasi_builtins()
    commands, objects = compiled(
        [*module_clang(), *MODULE_C_FLAGS, *flags, *own], files, output
    )
    link = [corpus("zig"), "wasm-ld", "-L" + WASI_LIBC, WASI_LIBC + "/crt1-command.o"]
    return [*commands, [*link, *objects, *MODULE_LINK_FLAGS, builtins, "-o", output]]


def c_parts(program):
    """All that is compiled, and how. Folders of crates bear their versions."""
    files, own = program.sources()
    shown = [os.path.basename(flag) if flag.startswith("-I") else flag for flag in own]
    read = [os.path.join(PROGRAMS, "common.h"), *files]
    return [*map(content, read), *shown]


def c_key(program, *flags):
    """A key of all that decides what C becomes."""
    return digest(stamp(corpus("zig")), *c_parts(program), *flags)


def cargo_folder():
    """Where cargo builds. To cargo, packages in two checkouts are one, and a library that is newer
    than the sources is up to date: each state of the sources has its own folder."""
    files = [os.path.join(RUST, name) for name in ("Cargo.toml", "Cargo.lock")]
    files += sorted(glob.glob(os.path.join(RUST, "src/**/*.rs"), recursive=True))
    folder = os.path.join(CACHE, "made", "cargo-" + digest(*map(content, files)))
    os.makedirs(folder, exist_ok=True)
    os.utime(folder)
    return folder


def forget_rust():
    """Makes cargo compile the programs again, but not what they are built with: `cargo clean` would
    take crates of the same names along."""
    prints = os.path.join(cargo_folder(), NATIVE_RUST, "release/.fingerprint")
    for path in glob.glob(os.path.join(prints, "wasi-aot-compare-rust-*")):
        shutil.rmtree(path)


def cargo(program, output, target, flags, more=()):
    """Commands that build a program in Rust and take it out of cargo's folder."""
    missing = [path for path in (RUSTC, CARGO) if not os.path.exists(path)]
    if missing:
        raise Failure(f"Debian's rustc-web and cargo-web are not installed ({', '.join(missing)})")
    folder = cargo_folder()
    made = os.path.join(
        folder, target, "release", program.name + (".wasm" if target == MODULE_RUST else "")
    )
    environment = [
        f"RUSTC={RUSTC}",
        f"CARGO_TARGET_DIR={folder}",
        "CARGO_ENCODED_RUSTFLAGS=" + "\x1f".join(flags),
        *more,
    ]
    build = [
        CARGO,
        "build",
        "-q",
        "--release",
        "--locked",
        "--target",
        target,
        "--bin",
        program.name,
    ]
    return [["env", "-C", RUST, *environment, *build], ["cp", made, output]]


def native_rust(program, output, flags):
    return cargo(program, output, NATIVE_RUST, [*NATIVE_RUST_FLAGS, *flags], ["RUSTC_BOOTSTRAP=1"])


def module_rust(program, output, flags):
    if not os.path.isdir(WASI_LIBC):
        raise Failure("Debian's wasi-libc is not installed")
    build_std = ["RUSTC_BOOTSTRAP=1", "CARGO_UNSTABLE_BUILD_STD=std,panic_abort"]
    return cargo(program, output, MODULE_RUST, [*MODULE_RUST_FLAGS, *flags], build_std)


def rust_parts(program):
    names = ("Cargo.toml", "Cargo.lock", "src/lib.rs", f"src/bin/{program.name}.rs")
    return [content(os.path.join(RUST, name)) for name in names]


def rust_key(program, *flags):
    rustc = stamp(RUSTC) if os.path.exists(RUSTC) else ""
    return digest(rustc, *rust_parts(program), *flags)


def native(program, output, cpu, vectors=True):
    """Commands that make a native executable, with or without vectors that nobody asked for."""
    if program.module:
        raise Failure("there is only a module of it")
    if program.rust:
        return native_rust(program, output, native_flags(program, cpu, vectors))
    return native_c(program, output, native_flags(program, cpu, vectors))


def native_flags(program, cpu, vectors):
    if program.rust:
        scalar = [] if vectors else ["-Cno-vectorize-loops", "-Cno-vectorize-slp"]
        return [f"-Ctarget-cpu={cpu}", f"-Ztune-cpu={tuning(cpu)}", *scalar]
    scalar = [] if vectors else ["-fno-vectorize", "-fno-slp-vectorize"]
    return [*cpu_flags("clang", cpu), *scalar]


def native_key(program, cpu, vectors):
    if program.module:
        return "none"
    flags = native_flags(program, cpu, vectors)
    if program.rust:
        return rust_key(program, *NATIVE_RUST_FLAGS, *flags)
    return c_key(program, *NATIVE_C_FLAGS, *flags, *program.native)


def module(program, output):
    """Commands that make the module, which has vectors only if the program is about them."""
    if program.module:
        return [["cp", corpus(program.module), output]]
    if program.rust:
        return module_rust(program, output, [])
    return module_c(program, output, module_flags(program))


def module_flags(program):
    return ["-msimd128"] if program.simd else []


def module_key(program):
    if program.module:
        return digest(content(corpus(program.module)))
    if program.rust:
        return rust_key(program, *MODULE_RUST_FLAGS)
    libraries = map(stamp, (WASI_LIBC + "/libc.a", wasi_builtins()))
    flags = [*MODULE_C_FLAGS, *module_flags(program), *MODULE_LINK_FLAGS]
    return c_key(program, *flags, *libraries)


def made_of(program):
    """A name for all that a program is made of, and what it is given, the same on each machine:
    figures of another program are not its own. Compilers are engines' versions."""
    given = [*program.arguments, *program.counted]
    if program.stdin:
        given.append(content(program.input()))
    if program.module:
        return digest(content(corpus(program.module)), *given)
    if program.rust:
        return digest(*rust_parts(program), *MODULE_RUST_FLAGS, *NATIVE_RUST_FLAGS, *given)
    flags = [*NATIVE_C_FLAGS, *program.native, *MODULE_C_FLAGS, *module_flags(program)]
    libraries = filter(os.path.exists, (WASI_LIBC + "/libc.a", *sorted(glob.glob(BUILTINS))))
    return digest(*c_parts(program), *flags, *MODULE_LINK_FLAGS, *map(content, libraries), *given)
