//! Programs for calls of WASI 0.2, which are components.

use crate::BATCH;
use crate::calls::Call;
use crate::program;

/// The options with which a function is lowered whose result contains lists.
const LISTS: &str =
    "(memory (core memory $libc \"memory\")) (realloc (core func $libc \"realloc\"))";

/// Drops a descriptor: `resource.drop`, which is no import.
const DROP: &str = "wasi:filesystem/types#[resource-drop]descriptor";

/// Functions of the host by import, without a version: core parameters and result, and the other
/// options with which they are lowered.
const FUNCTIONS: &[(&str, &str, &str)] = &[
    (
        "wasi:io/streams#[method]output-stream.blocking-write-and-flush",
        "(param i32 i32 i32 i32)",
        "(memory (core memory $libc \"memory\"))",
    ),
    (
        "wasi:io/streams#[method]output-stream.check-write",
        "(param i32 i32)",
        "(memory (core memory $libc \"memory\"))",
    ),
    (
        "wasi:io/streams#[method]output-stream.write",
        "(param i32 i32 i32 i32)",
        "(memory (core memory $libc \"memory\"))",
    ),
    (
        "wasi:io/streams#[method]input-stream.blocking-read",
        "(param i32 i64 i32)",
        LISTS,
    ),
    (
        "wasi:filesystem/preopens#get-directories",
        "(param i32)",
        LISTS,
    ),
    (
        "wasi:filesystem/types#[method]descriptor.open-at",
        "(param i32 i32 i32 i32 i32 i32 i32)",
        "(memory (core memory $libc \"memory\"))",
    ),
    (
        "wasi:filesystem/types#[method]descriptor.stat",
        "(param i32 i32)",
        "(memory (core memory $libc \"memory\"))",
    ),
    (
        "wasi:filesystem/types#[method]descriptor.stat-at",
        "(param i32 i32 i32 i32 i32)",
        "(memory (core memory $libc \"memory\"))",
    ),
    (
        "wasi:filesystem/types#[method]descriptor.read",
        "(param i32 i64 i64 i32)",
        LISTS,
    ),
    (DROP, "(param i32)", ""),
    ("wasi:clocks/monotonic-clock#now", "(result i64)", ""),
    ("wasi:cli/stdin#get-stdin", "(result i32)", ""),
    ("wasi:cli/stdout#get-stdout", "(result i32)", ""),
    ("wasi:cli/stderr#get-stderr", "(result i32)", ""),
];

/// The imports of every program in addition to its call, and their names in its module.
const ALWAYS: [(&str, &str); 5] = [
    ("wasi:clocks/monotonic-clock#now", "clock"),
    ("wasi:cli/stdin#get-stdin", "stdin"),
    ("wasi:cli/stdout#get-stdout", "stdout"),
    ("wasi:cli/stderr#get-stderr", "stderr"),
    (
        "wasi:io/streams#[method]output-stream.blocking-write-and-flush",
        "report",
    ),
];

/// The parts of the interfaces that calls need.
const INTERFACES: &str = r#"
  (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (alias outer 1 $error (type $error))
    (export "input-stream" (type $in (sub resource)))
    (export "output-stream" (type $out (sub resource)))
    (type $failure (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $failed (eq $failure)))
    (export "[method]input-stream.blocking-read" (func (param "self" (borrow $in)) (param "len" u64)
      (result (result (list u8) (error $failed)))))
    (export "[method]output-stream.check-write" (func (param "self" (borrow $out)) (result (result u64 (error $failed)))))
    (export "[method]output-stream.write" (func (param "self" (borrow $out)) (param "contents" (list u8))
      (result (result (error $failed)))))
    (export "[method]output-stream.blocking-write-and-flush" (func (param "self" (borrow $out)) (param "contents" (list u8))
      (result (result (error $failed)))))))
  (alias export $streams "input-stream" (type $in))
  (alias export $streams "output-stream" (type $out))
  (import "wasi:cli/stdin@0.2.0" (instance $stdin (alias outer 1 $in (type $in))
    (export "get-stdin" (func (result (own $in))))))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout (alias outer 1 $out (type $out))
    (export "get-stdout" (func (result (own $out))))))
  (import "wasi:cli/stderr@0.2.0" (instance $stderr (alias outer 1 $out (type $out))
    (export "get-stderr" (func (result (own $out))))))
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $monotonic-clock (export "now" (func (result u64)))))"#;

/// The functions of every program that calls a function of files: they get the granted directory
/// and open a file in it.
const FILES: [(&str, &str); 2] = [
    ("wasi:filesystem/preopens#get-directories", "directories"),
    (
        "wasi:filesystem/types#[method]descriptor.open-at",
        "open_file",
    ),
];

/// Gets the directory and opens `file` for reading and writing.
const OPEN: &str = r#"
      (call $directories (i32.const 64))
      (global.set $dir (i32.load (i32.load (i32.const 64))))
      (call $open_file (global.get $dir) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 0) (i32.const 3) (i32.const 64))
      (if (i32.load8_u (i32.const 64)) (then (return (i32.const 1))))
      (global.set $file (i32.load (i32.const 68)))"#;

/// The parts of the file interfaces that calls need.
const FILE_INTERFACES: &str = r#"
  (import "wasi:clocks/wall-clock@0.2.0" (instance $wall-clock
    (type $time (record (field "seconds" u64) (field "nanoseconds" u32)))
    (export "datetime" (type (eq $time)))))
  (alias export $wall-clock "datetime" (type $time))
  (import "wasi:filesystem/types@0.2.0" (instance $types
    (alias outer 1 $time (type $time))
    (export "descriptor" (type $descriptor (sub resource)))
    (type $codes (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (export "error-code" (type $code (eq $codes)))
    (type $kinds (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
    (export "descriptor-type" (type $kind (eq $kinds)))
    (type $at (flags "symlink-follow"))
    (export "path-flags" (type $path-flags (eq $at)))
    (type $how (flags "create" "directory" "exclusive" "truncate"))
    (export "open-flags" (type $open-flags (eq $how)))
    (type $rights (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (export "descriptor-flags" (type $descriptor-flags (eq $rights)))
    (type $status (record (field "type" $kind) (field "link-count" u64) (field "size" u64)
      (field "data-access-timestamp" (option $time)) (field "data-modification-timestamp" (option $time))
      (field "status-change-timestamp" (option $time))))
    (export "descriptor-stat" (type $stat (eq $status)))
    (export "[method]descriptor.stat" (func (param "self" (borrow $descriptor)) (result (result $stat (error $code)))))
    (export "[method]descriptor.stat-at" (func (param "self" (borrow $descriptor)) (param "path-flags" $path-flags)
      (param "path" string) (result (result $stat (error $code)))))
    (export "[method]descriptor.open-at" (func (param "self" (borrow $descriptor)) (param "path-flags" $path-flags)
      (param "path" string) (param "open-flags" $open-flags) (param "flags" $descriptor-flags)
      (result (result (own $descriptor) (error $code)))))
    (export "[method]descriptor.read" (func (param "self" (borrow $descriptor)) (param "length" u64) (param "offset" u64)
      (result (result (tuple (list u8) bool) (error $code)))))))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.0" (instance $preopens
    (alias outer 1 $descriptor (type $descriptor))
    (export "get-directories" (func (result (list (tuple (own $descriptor) string)))))))"#;

/// The runtime's symbols to which a program refers.
pub fn imports(call: &Call) -> Vec<String> {
    let names = functions(call);
    names.map(|(name, _)| name.replace('#', "@0.2#")).collect()
}

/// Whether it calls a function of files.
fn has_files(call: &Call) -> bool {
    let mut names = call.imports.iter();
    names.any(|(name, _)| name.starts_with("wasi:filesystem"))
}

/// The imports of a program, and their names in its module.
fn functions(call: &Call) -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = FILES.into_iter().filter(|_| has_files(call));
    ALWAYS
        .into_iter()
        .chain(files)
        .chain(call.imports.iter().copied())
}

/// The three steps that give a program its functions: `canon lower`, the instantiation's arguments,
/// and the module's imports.
fn parts(call: &Call) -> [String; 3] {
    let (mut lowered, mut given, mut imported) = (String::new(), String::new(), String::new());
    for (import, name) in functions(call) {
        let known = FUNCTIONS.iter().find(|function| function.0 == import);
        let (_, signature, options) = known.expect("the function is in the table");
        let (interface, function) = import.split_once('#').expect("it has a function");
        let instance = interface.rsplit('/').next().unwrap_or_default();
        lowered += &match import {
            DROP => format!("(core func ${name} (canon resource.drop $descriptor))\n"),
            _ => format!(
                "(core func ${name} (canon lower (func ${instance} \"{function}\") {options}))\n"
            ),
        };
        given += &format!("(export \"{name}\" (func ${name}))");
        imported += &format!("(import \"host\" \"{name}\" (func ${name} {signature}))\n");
    }
    [lowered, given, imported]
}

/// The program's text.
pub fn text(call: &Call, layout: u32, batches: u32, times: u32) -> String {
    let (padding, never) = program::padding(layout);
    let [lowered, given, imported] = parts(call);
    let (interfaces, open) = match has_files(call) {
        true => (FILE_INTERFACES, OPEN),
        false => ("", ""),
    };
    let call = call.text;
    let bytes = batches * 8;
    let end = times + bytes;
    let pages = end.div_ceil(65536);
    format!(
        r#"(component {INTERFACES}{interfaces}
  (core module $memory
    (memory (export "memory") {pages})
    (data (i32.const 32) "file")
    ;; A list of larger elements follows a list of bytes.
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.mul (i32.add (local.get 2) (i32.const 7)) (i32.const 64))))
  (core instance $libc (instantiate $memory))
  {lowered}
  (core module $program
    {imported}
    (import "libc" "memory" (memory 1))
    (global $in (mut i32) (i32.const 0))
    (global $out (mut i32) (i32.const 0))
    (global $dir (mut i32) (i32.const 0))
    (global $file (mut i32) (i32.const 0))
    {padding}
    (func (export "run") (result i32) (local $time i32) (local $calls i32) (local $start i64) (local $part i32) (local $err i32)
      {never}
      (global.set $in (call $stdin))
      (global.set $out (call $stdout))
      (local.set $err (call $stderr)){open}
      (local.set $time (i32.const {times}))
      (loop $batch
        (local.set $calls (i32.const {BATCH}))
        (local.set $start (call $clock))
        (loop $call
          (if {call} (then (return (i32.const 1))))
          (br_if $call (local.tee $calls (i32.sub (local.get $calls) (i32.const 1)))))
        (i64.store (local.get $time) (i64.sub (call $clock) (local.get $start)))
        (local.set $time (i32.add (local.get $time) (i32.const 8)))
        (br_if $batch (i32.lt_u (local.get $time) (i32.const {end}))))
      (local.set $time (i32.const {times}))
      (loop $write
        (local.set $part (i32.sub (i32.const {end}) (local.get $time)))
        (if (i32.gt_u (local.get $part) (i32.const 4096)) (then (local.set $part (i32.const 4096))))
        (call $report (local.get $err) (local.get $time) (local.get $part) (i32.const 64))
        (if (i32.load8_u (i32.const 64)) (then (return (i32.const 1))))
        (local.set $time (i32.add (local.get $time) (local.get $part)))
        (br_if $write (i32.lt_u (local.get $time) (i32.const {end}))))
      (i32.const 0)))
  (core instance $main (instantiate $program
    (with "libc" (instance $libc))
    (with "host" (instance {given}))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $command)))"#
    )
}
