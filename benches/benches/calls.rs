//! What a host call costs beyond its system call: nanoseconds a call in a program, less those of a native loop
//! of the same call. The bar is 20 ns.
//!
//! usage: `cargo bench --bench calls [-- [-n CALLS] [NAME...]]`. Build options, such as `--harden=off`, are taken from
//! the variable `OPTIONS`.

use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::fs::{self, File};
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, ptr};

/// Calls between two readings of the clock.
const BATCH: u32 = 1000;

/// Programs and native loops take turns so many times.
const ROUNDS: u32 = 20;

/// What a host call may cost beyond its system call, in nanoseconds.
const BAR: f64 = 20.0;

/// A call in both worlds.
struct Call {
    /// The import; more than one for what only goes together.
    name: &'static str,
    /// Types of the imports, and the call as WebAssembly text that leaves an error number.
    imports: &'static [(&'static str, &'static str)],
    text: &'static str,
    /// What standard input is.
    stdin: &'static str,
    native: fn(&mut Native),
}

/// What the native calls work on.
struct Native {
    stdin: c_int,
    /// The same again: as a program's standard input, which the process that started it has open, too. The kernel
    /// locks the position of such a file.
    again: c_int,
    null: c_int,
    dir: c_int,
    buffer: [u64; 64],
    zero: [u64; 2],
}

const CALLS: &[Call] = &[
    Call {
        name: "clock_time_get",
        imports: &[],
        text: "(call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 64))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: writes a timespec to the buffer.
            unsafe { clock_gettime(0, native.buffer.as_mut_ptr().cast()) };
        },
    },
    Call {
        name: "clock_res_get",
        imports: &[("clock_res_get", "i32 i32")],
        text: "(call $clock_res_get (i32.const 1) (i32.const 64))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: writes a timespec to the buffer.
            unsafe { clock_getres(1, native.buffer.as_mut_ptr().cast()) };
        },
    },
    Call {
        name: "args_sizes_get",
        imports: &[("args_sizes_get", "i32 i32")],
        text: "(call $args_sizes_get (i32.const 64) (i32.const 68))",
        stdin: "/dev/null",
        native: |_| {},
    },
    Call {
        name: "environ_sizes_get",
        imports: &[("environ_sizes_get", "i32 i32")],
        text: "(call $environ_sizes_get (i32.const 64) (i32.const 68))",
        stdin: "/dev/null",
        native: |_| {},
    },
    Call {
        name: "fd_prestat_get",
        imports: &[("fd_prestat_get", "i32 i32")],
        text: "(call $fd_prestat_get (i32.const 3) (i32.const 64))",
        stdin: "/dev/null",
        native: |_| {},
    },
    Call {
        name: "sched_yield",
        imports: &[("sched_yield", "")],
        text: "(call $sched_yield)",
        stdin: "/dev/null",
        native: |_| {
            // SAFETY: touches no memory.
            unsafe { sched_yield() };
        },
    },
    Call {
        name: "random_get",
        imports: &[("random_get", "i32 i32")],
        text: "(call $random_get (i32.const 64) (i32.const 16))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: writes 16 bytes to the buffer.
            unsafe { getrandom(native.buffer.as_mut_ptr().cast(), 16, 0) };
        },
    },
    Call {
        name: "fd_write",
        imports: &[],
        text: "(call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: reads a byte of the buffer.
            unsafe { write(native.null, native.buffer.as_ptr().cast(), 1) };
        },
    },
    Call {
        name: "fd_read",
        imports: &[("fd_read", "i32 i32 i32 i32")],
        text: "(call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 64))",
        stdin: "/dev/zero",
        native: |native| {
            // SAFETY: writes a byte to the buffer.
            unsafe { read(native.stdin, native.buffer.as_mut_ptr().cast(), 1) };
        },
    },
    Call {
        name: "fd_pread",
        imports: &[("fd_pread", "i32 i32 i32 i64 i32")],
        text: "(call $fd_pread (i32.const 0) (i32.const 0) (i32.const 1) (i64.const 0) (i32.const 64))",
        stdin: "file",
        native: |native| {
            // SAFETY: writes a byte to the buffer.
            unsafe { pread(native.stdin, native.buffer.as_mut_ptr().cast(), 1, 0) };
        },
    },
    Call {
        name: "fd_seek",
        imports: &[("fd_seek", "i32 i64 i32 i32")],
        text: "(call $fd_seek (i32.const 0) (i64.const 0) (i32.const 1) (i32.const 64))",
        stdin: "file",
        native: |native| {
            // SAFETY: touches no memory.
            unsafe { lseek(native.stdin, 0, 1) };
        },
    },
    Call {
        name: "fd_fdstat_get",
        imports: &[("fd_fdstat_get", "i32 i32")],
        text: "(call $fd_fdstat_get (i32.const 0) (i32.const 64))",
        stdin: "file",
        native: |native| {
            // SAFETY: touches no memory.
            unsafe { fcntl(native.stdin, 3) };
            native.statx(native.stdin, c"");
        },
    },
    Call {
        name: "fd_filestat_get",
        imports: &[("fd_filestat_get", "i32 i32")],
        text: "(call $fd_filestat_get (i32.const 0) (i32.const 64))",
        stdin: "file",
        native: |native| native.statx(native.stdin, c""),
    },
    Call {
        name: "path_filestat_get",
        imports: &[("path_filestat_get", "i32 i32 i32 i32 i32")],
        text: "(call $path_filestat_get (i32.const 3) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 64))",
        stdin: "file",
        native: |native| native.statx(native.dir, c"file"),
    },
    Call {
        name: "path_open, fd_close",
        imports: &[
            ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
            ("fd_close", "i32"),
        ],
        text: "(drop (call $path_open (i32.const 3) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 0)
                 (i64.const 0x42) (i64.const 0) (i32.const 0) (i32.const 64)))
               (call $fd_close (i32.load (i32.const 64)))",
        stdin: "file",
        native: |native| {
            /// `O_RDWR | O_CLOEXEC | O_NOCTTY`, `RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS`.
            const HOW: [u64; 3] = [0o2000402, 0, 0xa];
            // SAFETY: reads the path and the `struct open_how`.
            unsafe { close(syscall(437, native.dir, c"file".as_ptr(), HOW.as_ptr(), 24) as c_int) };
        },
    },
    Call {
        name: "poll_oneoff",
        imports: &[("poll_oneoff", "i32 i32 i32 i32")],
        text: "(call $poll_oneoff (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 64))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: reads a timespec.
            unsafe { ppoll(ptr::null_mut(), 0, native.zero.as_ptr().cast(), ptr::null()) };
        },
    },
];

unsafe extern "C" {
    fn clock_gettime(clock: c_int, time: *mut c_void) -> c_int;
    fn clock_getres(clock: c_int, time: *mut c_void) -> c_int;
    fn sched_yield() -> c_int;
    fn getrandom(buffer: *mut c_void, len: usize, flags: u32) -> isize;
    fn write(fd: c_int, buffer: *const c_void, len: usize) -> isize;
    fn read(fd: c_int, buffer: *mut c_void, len: usize) -> isize;
    fn pread(fd: c_int, buffer: *mut c_void, len: usize, offset: i64) -> isize;
    fn lseek(fd: c_int, offset: i64, whence: c_int) -> i64;
    fn fcntl(fd: c_int, command: c_int, ...) -> c_int;
    fn close(fd: c_int) -> c_int;
    fn dup(fd: c_int) -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn statx(dir: c_int, path: *const c_char, flags: c_int, mask: u32, into: *mut c_void) -> c_int;
    fn ppoll(fds: *mut c_void, count: u64, time: *const c_void, mask: *const c_void) -> c_int;
}

impl Native {
    fn open(stdin: &Path, folder: &Path) -> Native {
        use std::os::fd::IntoRawFd;
        let open = |path: &Path, write: bool| {
            let file = File::options().read(!write).write(write).open(path);
            file.expect("it is there").into_raw_fd()
        };
        let stdin = open(stdin, false);
        Native {
            stdin,
            // SAFETY: touches no memory.
            again: unsafe { dup(stdin) },
            null: open(Path::new("/dev/null"), true),
            dir: open(folder, false),
            buffer: [0; 64],
            zero: [0; 2],
        }
    }

    fn statx(&mut self, dir: c_int, path: &CStr) {
        let flags = if path.is_empty() { 0x1000 } else { 0x100 };
        // SAFETY: the buffer has room for a `struct statx`, of 256 bytes.
        unsafe {
            statx(
                dir,
                path.as_ptr(),
                flags,
                0x7ff,
                self.buffer.as_mut_ptr().cast(),
            )
        };
    }
}

fn main() {
    let mut calls = 10_000_000;
    let mut names: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    if names.len() > 1 && names[0] == "-n" {
        calls = names[1].parse().expect("-n takes a number");
        names.drain(..2);
    }
    let batches = (calls / BATCH).div_ceil(ROUNDS).max(1);
    println!(
        "{:20} {:>9} {:>9} {:>9}  (ns, medians of batches of {BATCH} calls)",
        "call", "program", "native", "more"
    );
    let wanted = |call: &&Call| {
        names.is_empty() || names.iter().any(|name| call.name.contains(name.as_str()))
    };
    let over = CALLS
        .iter()
        .filter(wanted)
        .filter(|call| !measure(call, batches))
        .count();
    if over > 0 {
        println!("{over} over the bar of {BAR} ns");
    }
}

/// Prints a line for the call: whether it is within the bar.
fn measure(call: &Call, batches: u32) -> bool {
    let folder = tempfile::tempdir().expect("there is room for files");
    let folder = folder.path();
    fs::write(folder.join("file"), [b'x'; 4096]).expect("it can be written");
    let module = folder.join("calls.wat");
    fs::write(&module, text(call, batches)).expect("it can be written");
    let options = env::var("OPTIONS").unwrap_or_default();
    let mut options: Vec<&str> = options.split_whitespace().collect();
    options.extend(["--dir", "."]);
    let tool = env!("CARGO_BIN_EXE_wasi-aot-measured");
    let (app, _) = wasi_aot_benches::build(tool, &module, folder, &options);
    let stdin = folder.join(call.stdin);
    let (mut program, mut native) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        program.extend(run_program(&app, &stdin, folder));
        native.extend(run_native(call, &stdin, folder, batches));
    }
    let (program, native) = (median(program), median(native));
    let more = program - native;
    println!("{:20} {program:9.1} {native:9.1} {more:9.1}", call.name);
    more <= BAR
}

fn median(mut times: Vec<u64>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2] as f64 / f64::from(BATCH)
}

/// Nanoseconds of each batch, which the program writes to standard error.
fn run_program(app: &Path, stdin: &Path, folder: &Path) -> Vec<u64> {
    let mut command = Command::new(app);
    command
        .stdin(File::open(stdin).expect("it is there"))
        .stdout(Stdio::null());
    let output = command.stderr(Stdio::piped()).current_dir(folder).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "the call fails: {}", output.status);
    output
        .stderr
        .as_chunks()
        .0
        .iter()
        .map(|bytes| u64::from_le_bytes(*bytes))
        .collect()
}

fn run_native(call: &Call, stdin: &Path, folder: &Path, batches: u32) -> Vec<u64> {
    let mut native = Native::open(stdin, folder);
    let batch = |_| {
        let start = Instant::now();
        for _ in 0..BATCH {
            (call.native)(black_box(&mut native));
        }
        start.elapsed()
    };
    let times: Vec<_> = (0..batches)
        .map(batch)
        .map(|time: Duration| time.as_nanos() as u64)
        .collect();
    for fd in [native.stdin, native.again, native.null, native.dir] {
        // SAFETY: it was opened for this run.
        unsafe { close(fd) };
    }
    times
}

/// A program that makes the calls and writes how long each batch took.
fn text(call: &Call, batches: u32) -> String {
    let import = |(name, params): &(&str, &str)| {
        format!(
            "(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {params}) (result i32)))\n"
        )
    };
    let always = [
        ("clock_time_get", "i32 i64 i32"),
        ("fd_write", "i32 i32 i32 i32"),
    ];
    let imports: String = always.iter().chain(call.imports).map(import).collect();
    let clock = "(drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 72))) (i64.load (i32.const 72))";
    let call = call.text;
    format!(
        r#"(module {imports}
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          ;; A vector of one byte, one of the times, a name, and a subscription to a clock that has run out.
          (data (i32.const 0) "\60\00\00\00\01\00\00\00\50\00\00\00\08\00\00\00")
          (data (i32.const 32) "file")
          (data (i32.const 144) "\01")
          (func (export "_start") (local $batches i32) (local $calls i32) (local $start i64)
            (local.set $batches (i32.const {batches}))
            (loop $batch
              (local.set $calls (i32.const {BATCH}))
              (local.set $start {clock})
              (loop $call
                (if {call} (then (call $exit (i32.const 1))))
                (br_if $call (local.tee $calls (i32.sub (local.get $calls) (i32.const 1)))))
              (i64.store (i32.const 80) (i64.sub {clock} (local.get $start)))
              (drop (call $fd_write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 64)))
              (br_if $batch (local.tee $batches (i32.sub (local.get $batches) (i32.const 1)))))))"#
    )
}
