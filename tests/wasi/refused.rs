//! Hostile pointers, for every function that takes one: out of bounds, wrapping around, too long,
//! or misaligned. The program traps, and nothing has changed.
//!
//! One module imports all functions and contains a call for each case; the number of its arguments
//! selects the call. A valid call first shows that the invalid one fails only because of its
//! pointer.

use libtest_mimic::{Failed, Trial};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

/// The size of the module's memory in bytes.
const MEMORY: u64 = 65536;

/// An argument of a call.
#[derive(Clone, Copy)]
enum Argument {
    I32(u32),
    I64(u64),
    /// The address of an object with this size and alignment in bytes.
    Pointer(u32, u32),
    /// An address and a length: the address and the length of a text.
    Text(u32, u32),
    /// An array of one vector, and its length.
    Vectors,
}

use Argument::{I32, I64, Pointer, Text, Vectors};

/// The open file, and the directory with the file `f`, the folder `d` and the link `l`. `n` does
/// not exist.
const FILE: Argument = I32(4);
const DIR: Argument = I32(3);
const F: Argument = Text(600, 1);
const N: Argument = Text(601, 1);
const D: Argument = Text(602, 1);
const L: Argument = Text(603, 1);
const BUFFER: Argument = Text(1024, 64);
const ZERO: Argument = I32(0);

/// Every function that takes a pointer, with arguments for which it succeeds.
const FUNCTIONS: &[(&str, &[Argument])] = &[
    ("args_sizes_get", &[Pointer(4, 4), Pointer(4, 4)]),
    ("args_get", &[Pointer(4, 4), Pointer(1, 1)]),
    ("environ_sizes_get", &[Pointer(4, 4), Pointer(4, 4)]),
    ("clock_res_get", &[ZERO, Pointer(8, 8)]),
    ("clock_time_get", &[ZERO, I64(0), Pointer(8, 8)]),
    ("fd_fdstat_get", &[FILE, Pointer(24, 8)]),
    ("fd_filestat_get", &[FILE, Pointer(64, 8)]),
    ("fd_pread", &[FILE, Vectors, I64(0), Pointer(4, 4)]),
    ("fd_prestat_get", &[DIR, Pointer(8, 4)]),
    ("fd_prestat_dir_name", &[DIR, BUFFER]),
    ("fd_pwrite", &[FILE, Vectors, I64(0), Pointer(4, 4)]),
    ("fd_read", &[FILE, Vectors, Pointer(4, 4)]),
    ("fd_readdir", &[DIR, BUFFER, I64(0), Pointer(4, 4)]),
    ("fd_seek", &[FILE, I64(1), ZERO, Pointer(8, 8)]),
    ("fd_tell", &[FILE, Pointer(8, 8)]),
    ("fd_write", &[FILE, Vectors, Pointer(4, 4)]),
    ("path_create_directory", &[DIR, N]),
    ("path_filestat_get", &[DIR, ZERO, F, Pointer(64, 8)]),
    (
        "path_filestat_set_times",
        &[DIR, ZERO, F, I64(0), I64(0), I32(5)],
    ),
    ("path_link", &[DIR, ZERO, F, DIR, N]),
    (
        "path_open",
        &[DIR, ZERO, N, I32(1), I64(66), I64(0), ZERO, Pointer(4, 4)],
    ),
    ("path_readlink", &[DIR, L, BUFFER, Pointer(4, 4)]),
    ("path_remove_directory", &[DIR, D]),
    ("path_rename", &[DIR, F, DIR, N]),
    ("path_symlink", &[F, DIR, N]),
    ("path_unlink_file", &[DIR, F]),
    (
        "poll_oneoff",
        &[Pointer(48, 8), Pointer(32, 8), I32(1), Pointer(4, 4)],
    ),
    ("random_get", &[BUFFER]),
];

pub fn trials() -> Vec<Trial> {
    let of = |target: &'static Target| {
        let name = format!("{}/refused", target.name);
        match Runner::find(target) {
            Ok(runner) => Trial::test(name, move || check(target, &runner)),
            Err(reason) => tool::unable(name, reason),
        }
    };
    TARGETS.iter().map(of).collect()
}

/// A call and its expected message; none if the call is valid.
struct Case {
    name: String,
    call: String,
    message: Option<&'static str>,
}

const OUTSIDE: &str = "out of bounds memory access";
const MISALIGNED: &str = "pointer not aligned";

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (function, arguments) in FUNCTIONS {
        let mut add = |what: String, bad: &[String], message| {
            cases.push(Case {
                name: format!("{function} {what}"),
                call: format!("(call ${function} {})", bad.join(" ")),
                message,
            });
        };
        let good: Vec<String> = arguments.iter().map(|argument| text(*argument)).collect();
        add("as it should be".into(), &good, None);
        for (index, argument) in arguments.iter().enumerate() {
            for (bad, message) in wrong(*argument) {
                let mut changed = good.clone();
                changed[index] = bad;
                add(format!("with {}", changed[index]), &changed, Some(message));
            }
        }
    }
    cases
}

fn text(argument: Argument) -> String {
    match argument {
        I32(value) => format!("(i32.const {value})"),
        I64(value) => format!("(i64.const {value})"),
        Pointer(..) => "(i32.const 2048)".into(),
        Text(address, len) => format!("(i32.const {address}) (i32.const {len})"),
        Vectors => "(i32.const 512) (i32.const 1)".into(),
    }
}

/// All wrong variants of the argument.
fn wrong(argument: Argument) -> Vec<(String, &'static str)> {
    let outside = |text: String| (text, OUTSIDE);
    let pair = |address: u64, len: u64| outside(format!("(i32.const {address}) (i32.const {len})"));
    match argument {
        I32(_) | I64(_) => Vec::new(),
        Pointer(bytes, alignment) => {
            let last = MEMORY - u64::from(bytes / alignment * alignment);
            let mut wrong: Vec<_> = [
                last + u64::from(alignment),
                MEMORY,
                1 << 31,
                (1 << 32) - u64::from(alignment),
            ]
            .into_iter()
            .map(|address| outside(format!("(i32.const {address})")))
            .collect();
            if alignment > 1 {
                wrong.push(("(i32.const 2049)".into(), MISALIGNED));
            }
            wrong
        }
        Text(_, len) => {
            let len = u64::from(len);
            vec![
                pair(MEMORY - len + 1, len),
                pair(MEMORY, len),
                pair((1 << 32) - 1, len),
                pair((1 << 32) - len, len),
                pair(0, MEMORY + 1),
                pair(1, (1 << 32) - 1),
                pair(MEMORY + 1, 0),
            ]
        }
        Vectors => {
            let mut wrong = vec![
                pair(MEMORY - 4, 1),
                pair(MEMORY - 8, 2),
                pair((1 << 32) - 8, 1),
                // Eight times this number wraps around to 8.
                pair(512, (1 << 29) + 1),
                pair(512, (1 << 32) - 1),
                // The arrays at these addresses point out of bounds; the last one only with its
                // second vector.
                pair(520, 1),
                pair(528, 1),
                pair(536, 1),
                pair(544, 2),
            ];
            wrong.push(("(i32.const 514) (i32.const 1)".into(), MISALIGNED));
            wrong
        }
    }
}

/// A module that makes the call selected by the number of its arguments.
fn module(cases: &[Case]) -> String {
    let types = |argument: &Argument| match argument {
        I64(_) => "i64",
        I32(_) | Pointer(..) => "i32",
        Text(..) | Vectors => "i32 i32",
    };
    let import = |(name, arguments): &(&str, &[Argument])| {
        let types: Vec<_> = arguments.iter().map(types).collect();
        let types = types.join(" ");
        format!(
            "(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {types}) (result i32)))\n"
        )
    };
    let imports: String = FUNCTIONS.iter().map(import).collect();
    let call =
        |(index, case): (usize, &Case)| format!("(func $case{index} (result i32) {})\n", case.call);
    let calls: String = cases.iter().enumerate().map(call).collect();
    let names: String = (0..cases.len())
        .map(|index| format!(" $case{index}"))
        .collect();
    format!(
        r#"(module {imports}
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1 1)
          ;; Vectors: a good one; two that end outside; one that wraps around; a good one and a bad one.
          (data (i32.const 512) "\00\04\00\00\04\00\00\00" "\fe\ff\00\00\04\00\00\00" "\08\00\00\00\ff\ff\ff\ff"
            "\ff\ff\ff\ff\02\00\00\00" "\00\04\00\00\04\00\00\00" "\00\00\01\00\01\00\00\00")
          (data (i32.const 600) "fndl")
          (type $case (func (result i32)))
          (table funcref (elem{names}))
          {calls}
          (func (export "_start")
            (drop (call $args_sizes_get (i32.const 8) (i32.const 12)))
            (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 600) (i32.const 1) (i32.const 0)
                  (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 16))
              (then (call $exit (i32.const 2))))
            (if (call_indirect (type $case) (i32.sub (i32.load (i32.const 8)) (i32.const 1)))
              (then (call $exit (i32.const 1))))))"#
    )
}

fn check(target: &Target, runner: &Runner) -> Result<(), Failed> {
    let cases = cases();
    let folder = tempfile::tempdir()?;
    let (source, app) = (folder.path().join("refused.wat"), folder.path().join("app"));
    fs::write(&source, module(&cases))?;
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build.args([
        "build",
        "--no-cache",
        "--quiet",
        "--dir=root::/",
        "--target",
        target.name,
        "-o",
    ]);
    let built = tool::run(build.arg(&app).arg(&source), b"");
    if !built.status.success() {
        return Err(format!("not built:\n{}", String::from_utf8_lossy(&built.stderr)).into());
    }
    let mut wrong = String::new();
    for (index, case) in cases.iter().enumerate() {
        let before = set_up(folder.path())?;
        let mut command = runner.command(&app);
        command.current_dir(&folder).args((0..index).map(|_| "x"));
        let ran = tool::run(&mut command, b"");
        let stderr = String::from_utf8_lossy(&ran.stderr);
        let (exit, message) = match case.message {
            None => (0, ""),
            Some(message) => (134, message),
        };
        if tool::status(&ran) != exit || !stderr.contains(message) {
            wrong += &format!("{} ends with {}: {stderr}\n", case.name, tool::status(&ran));
        }
        if case.message.is_some() && tree(&folder.path().join("root"))? != before {
            wrong += &format!("{} has changed the files\n", case.name);
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

/// Creates the files that a case starts with.
pub(super) fn set_up(folder: &Path) -> std::io::Result<Vec<String>> {
    let root = folder.join("root");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    fs::create_dir_all(root.join("d"))?;
    fs::write(root.join("f"), "0123456789")?;
    std::os::unix::fs::symlink("f", root.join("l"))?;
    tree(&root)
}

/// The contents of a folder: names, contents, modification times.
pub(super) fn tree(root: &Path) -> std::io::Result<Vec<String>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    let describe = |path: &PathBuf| {
        let status = fs::symlink_metadata(path)?;
        let contents = if status.is_file() {
            fs::read_to_string(path)?
        } else {
            String::new()
        };
        let modified = status.modified()?;
        Ok(format!(
            "{} {:?} {modified:?} {contents}",
            path.display(),
            status.file_type()
        ))
    };
    paths.iter().map(describe).collect()
}
