//! A program that repeats a call, and finally writes the time of each batch.

use crate::BATCH;
use crate::calls::Call;
use crate::component;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The imports of every program in addition to its call.
const ALWAYS: [(&str, &str); 2] = [
    ("clock_time_get", "i32 i64 i32"),
    ("fd_write", "i32 i32 i32 i32"),
];

/// The runtime's symbols to which a program refers.
pub fn imports(call: &Call) -> Vec<String> {
    if call.is_component() {
        return component::imports(call);
    }
    let names = ALWAYS.iter().chain(call.imports).map(|(name, _)| *name);
    names
        .chain(["proc_exit"])
        .map(|name| format!("wasi_snapshot_preview1.{name}"))
        .collect()
}

/// The number of programs that differ in the position of their code within pages. This position
/// matters by chance: after a long system call, code is no longer in the cache if it maps to the
/// same sets as the kernel's code. That costs some 20 ns in one position and nothing in another.
pub const LAYOUTS: u32 = 8;

/// A function that is never executed, and its call. Its code precedes all other code and takes
/// `layout` of [`LAYOUTS`] parts of a page.
pub fn padding(layout: u32) -> (String, &'static str) {
    /// Size of the code of a store, in bytes.
    const STORE: u32 = 18;
    let stores: String = (0..layout * 4096 / LAYOUTS / STORE)
        .map(|value| {
            format!(
                "(i64.store (i32.const 904) (i64.const {}))",
                !u64::from(value) >> 1
            )
        })
        .collect();
    (
        format!("(func $padding {stores})"),
        "(if (i32.load (i32.const 904)) (then (call $padding)))",
    )
}

/// Builds the program into `folder`.
pub fn build(call: &Call, walled: bool, layout: u32, folder: &Path, batches: u32) -> PathBuf {
    let module = folder.join("calls.wat");
    let text = match call.is_component() {
        true => component::text(call, layout, batches, TIMES),
        false => text(call, layout, batches),
    };
    fs::write(&module, text).expect("it can be written");
    let (into, harden) = if walled {
        ("walled", "--harden=required")
    } else {
        ("bare", "--harden=off")
    };
    let into = folder.join(format!("{into}{layout}"));
    fs::create_dir_all(&into).expect("there is room for files");
    let tool = env!("CARGO_BIN_EXE_wasi-aot-measured");
    wasi_aot_benches::build(tool, &module, &into, &["--dir", ".", harden]).0
}

/// The nanoseconds of each batch, which the program writes to standard error.
pub fn run(app: &Path, stdin: &Path, folder: &Path) -> Vec<f64> {
    let mut command = Command::new(app);
    command
        .stdin(File::open(stdin).expect("it is there"))
        .stdout(Stdio::null());
    let output = command.stderr(Stdio::piped()).current_dir(folder).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "the call fails: {}", output.status);
    crate::times(&output.stderr)
}

/// The address of the times in memory.
const TIMES: u32 = 1024;

fn text(call: &Call, layout: u32, batches: u32) -> String {
    let (padding, never) = padding(layout);
    let import = |(name, params): &(&str, &str)| {
        format!(
            "(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {params}) (result i32)))\n"
        )
    };
    let imports: String = ALWAYS.iter().chain(call.imports).map(import).collect();
    let clock = "(drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 72))) (i64.load (i32.const 72))";
    let call = call.text;
    let bytes = batches * 8;
    let end = TIMES + bytes;
    let pages = end.div_ceil(65536);
    format!(
        r#"(module {imports}
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") {pages})
          ;; A vector of one byte, a name, and a subscription to a clock that has run out.
          (data (i32.const 0) "\60\00\00\00\01\00\00\00")
          (data (i32.const 32) "file")
          (data (i32.const 144) "\01")
          {padding}
          (func (export "_start") (local $time i32) (local $calls i32) (local $start i64)
            {never}
            (local.set $time (i32.const {TIMES}))
            (loop $batch
              (local.set $calls (i32.const {BATCH}))
              (local.set $start {clock})
              (loop $call
                (if {call} (then (call $exit (i32.const 1))))
                (br_if $call (local.tee $calls (i32.sub (local.get $calls) (i32.const 1)))))
              (i64.store (local.get $time) (i64.sub {clock} (local.get $start)))
              (local.set $time (i32.add (local.get $time) (i32.const 8)))
              (br_if $batch (i32.lt_u (local.get $time) (i32.const {end}))))
            (local.set $start (i64.const 0))
            (loop $write
              (i32.store (i32.const 8) (i32.add (i32.const {TIMES}) (i32.wrap_i64 (local.get $start))))
              (i32.store (i32.const 12) (i32.sub (i32.const {bytes}) (i32.wrap_i64 (local.get $start))))
              (if (call $fd_write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 64))
                (then (call $exit (i32.const 2))))
              (local.set $start (i64.add (local.get $start) (i64.load32_u (i32.const 64))))
              (br_if $write (i64.lt_u (local.get $start) (i64.const {bytes}))))))"#
    )
}
