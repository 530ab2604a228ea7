//! The note about a missing grant when a program fails.

use crate::{ensure, probe::Machine, tests};
use libtest_mimic::Failed;
use std::{fs, path::Path, process::Command};
use wasi_aot_tests::tool;

tests![
    a_grant_that_was_missing_is_named,
    nothing_is_said_where_none_was_missing,
    a_path_leads_outside,
    an_absolute_path_is_outside,
    a_change_is_refused,
    no_socket_was_granted,
    a_program_that_succeeds_gets_none,
    a_trap_gets_one,
    a_component_gets_one,
    a_trap_of_another_kind_gets_no_guess,
    it_stands_behind_the_programs_output,
    it_can_be_switched_off_at_build,
    it_can_be_switched_off_at_start,
    it_names_the_variable_where_one_helps,
    run_says_how_to_run,
    nothing_of_the_path_reaches_the_terminal,
];

const NO_DIRECTORY: &str = "\
note: the program was granted no directory: if it looked for a file, it found none
help: build it with `--dir .`
";

const FILE: &str = "\
note: the program tried to reach `file`, which is outside of what it was granted
help: build it with `--dir .`
";

const OUTSIDE: &str = "\
note: the program tried to reach `link` from `granted`: a link on the way leads outside, and is not followed
";

/// The behaviour of a program.
#[derive(Clone, Copy)]
enum Does {
    /// `probe.c` with these arguments: its C library resolves paths itself, and asks for its
    /// directories first of all.
    Words(&'static str),
    /// A module without symbol names, with these instructions.
    Runs(&'static str),
    /// The same, with Go as its language.
    Go(&'static str),
}

/// The program's behaviour, the build options, the exit status, and the expected note, if any:
/// either the path as it is shown and the grant that it suggests, or the whole note.
type Row = (Does, &'static [&'static str], i32, Option<Note>);

enum Note {
    Grant(&'static str, &'static str),
    Whole(&'static str),
}

use Does::{Go, Runs, Words};
use Note::{Grant, Whole};

/// A grant was missing.
const MISSING: &[Row] = &[
    // The C library finds no directory, and makes no call.
    (Words("read file"), &[], 1, Some(Grant("file", "."))),
    (Words("read a/b/c"), &[], 1, Some(Grant("a/b/c", "a/b"))),
    (
        Words("read /etc/passwd"),
        &[],
        1,
        Some(Grant("/etc/passwd", "/etc")),
    ),
    (Words("read /file"), &[], 1, Some(Grant("/file", "/file"))),
    (
        Words("read other/file"),
        &["--dir=granted"],
        1,
        Some(Grant("other/file", "other")),
    ),
    (
        Words("read /etc/passwd"),
        &["--dir=granted"],
        1,
        Some(Grant("/etc/passwd", "/etc")),
    ),
    // The C library takes an absolute path to be below `.`, where nothing is.
    (
        Words("read /etc/passwd"),
        &["--dir=."],
        1,
        Some(Grant("/etc/passwd", "/etc")),
    ),
    // It asks for its directories late, so it has looked for a file.
    (
        Runs("(call $args) (call $prestat) (call $exit (i32.const 1))"),
        &[],
        1,
        Some(Whole(NO_DIRECTORY)),
    ),
    // Go's library makes the call without a directory.
    (
        Go(
            "(call $args) (call $prestat) (call $open (i32.const -1) (i32.const 102)) (call $exit (i32.const 2))",
        ),
        &[],
        2,
        Some(Grant("etc/passwd", "DIRECTORY")),
    ),
    // The grant exists, and a link leads out of it.
    (
        Words("read granted/link"),
        &["--dir=granted"],
        1,
        Some(Whole(OUTSIDE)),
    ),
    (
        Words("read granted/absolute"),
        &["--dir=granted"],
        1,
        Some(Whole(
            "note: the program tried to reach `absolute` from `granted`: a link on the way leads outside, and is not followed\n",
        )),
    ),
];

/// No grant is known to have been missing.
const NOT_MISSING: &[Row] = &[
    (Words("exit 42"), &[], 42, None),
    (Words("exit 42"), &["--dir=granted"], 42, None),
    (Words("abort"), &[], 134, None),
    (Words("abort"), &["--dir=granted"], 134, None),
    (
        Words("read-and-fail granted/file"),
        &["--dir=granted"],
        1,
        None,
    ),
    (Words("read granted/missing"), &["--dir=granted"], 1, None),
    (Words("read /granted/missing"), &["--dir=granted"], 1, None),
    (Words("read /etc/nothing"), &["--dir=.::/"], 1, None),
    (
        Go("(call $args) (call $prestat) (call $exit (i32.const 42))"),
        &[],
        42,
        None,
    ),
    (
        Runs("(call $prestat) (call $args) (call $exit (i32.const 42))"),
        &[],
        42,
        None,
    ),
    (Runs("(call $prestat) unreachable"), &[], 134, None),
    (Runs("(call $exit (i32.const 42))"), &[], 42, None),
    (
        Runs("(call $open (i32.const 3) (i32.const 102)) (call $exit (i32.const 7))"),
        &["--dir=."],
        7,
        None,
    ),
    // A grant was missing, but the program did not need it.
    (
        Runs("(call $open (i32.const -1) (i32.const 102)) (call $exit (i32.const 0))"),
        &[],
        0,
        None,
    ),
];

/// A module with these instructions.
fn module(instructions: &str, producers: &str) -> String {
    format!(
        r#"(module
             (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
             (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
             (import "wasi_snapshot_preview1" "path_open"
               (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
             (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
             (memory (export "memory") 1)
             (data (i32.const 102) "etc/passwd")
             {producers}
             (func $args (drop (call $args_sizes_get (i32.const 0) (i32.const 4))))
             (func $prestat (drop (call $fd_prestat_get (i32.const 3) (i32.const 0))))
             (func $open (param $dir i32) (param $path i32)
               (drop (call $path_open (local.get $dir) (i32.const 0) (local.get $path) (i32.const 10)
                 (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8))))
             (func (export "_start") {instructions}))"#
    )
}

fn check(machine: &Machine, rows: &[Row]) -> Result<(), Failed> {
    for (does, options, status, note) in rows {
        let folder = tempfile::tempdir()?;
        let text = |text: String| {
            let path = folder.path().join("module.wat");
            fs::write(&path, text)?;
            Ok::<_, Failed>(path.to_string_lossy().into_owned())
        };
        let (module, words) = match does {
            Words(words) => ("probe.wasm".to_owned(), *words),
            Runs(instructions) => (text(module(instructions, ""))?, ""),
            Go(instructions) => {
                let producers = r#"(@producers (language "Go" "go1.27.3"))"#;
                (text(module(instructions, producers))?, "")
            }
        };
        let probe = machine.build_module(&module, options)?;
        std::os::unix::fs::symlink("/etc/passwd", probe.path("granted/absolute"))?;
        let ran = probe.run(words, &[]);
        let expected = match note {
            None => String::new(),
            Some(Whole(note)) => (*note).to_owned(),
            Some(Grant(path, folder)) => format!(
                "note: the program tried to reach `{path}`, which is outside of what it was granted\n\
                 help: build it with `--dir {folder}`\n"
            ),
        };
        let said = match note {
            // The trap is reported instead.
            None if *status == 134 => !ran.stderr.contains("note: "),
            _ => ran.stderr == expected,
        };
        ensure!(
            ran.status == *status && said,
            "{words} {options:?}: expected {expected:?}, got {ran:?}"
        );
    }
    Ok(())
}

fn a_grant_that_was_missing_is_named(machine: &Machine) -> Result<(), Failed> {
    check(machine, MISSING)
}

fn nothing_is_said_where_none_was_missing(machine: &Machine) -> Result<(), Failed> {
    check(machine, NOT_MISSING)
}

fn a_path_leads_outside(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted"])?;
    probe.run("read granted/link", &[]).failed(1, OUTSIDE)?;
    let ran = probe.run("read granted/../../x", &[]);
    ensure!(
        ran.stderr
            .contains("`../../x` from `granted`, which leads outside"),
        "{ran:?}"
    );
    Ok(())
}

fn an_absolute_path_is_outside(machine: &Machine) -> Result<(), Failed> {
    machine
        .build(&["--dir=granted"])?
        .run("raw /etc/passwd", &[])
        .failed(
            1,
            "\
note: the program tried to reach `/etc/passwd`, which is outside of what it was granted
help: build it with `--dir /etc`
",
        )
}

fn a_change_is_refused(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted:ro", "--dir=granted::/g:ro"])?;
    for (words, dir, option) in [
        ("write granted/new", "granted", "granted"),
        ("mkdir granted/new", "granted", "granted"),
        ("mkdir /g/new", "/g", "granted::/g"),
    ] {
        probe.run(words, &[]).failed(
            1,
            &format!(
                "\
note: the program tried to change something in `{dir}`, which was granted read-only
help: build it with `--dir {option}`
"
            ),
        )?;
    }
    Ok(())
}

fn no_socket_was_granted(machine: &Machine) -> Result<(), Failed> {
    let message = "\
note: the program wanted to accept connections, and was granted no socket
help: build it with `--listen 127.0.0.1:8080`
";
    machine.build(&[])?.run("echo 3", &[]).failed(1, message)?;
    machine
        .build(&["--dir=granted"])?
        .run("echo 3", &[])
        .failed(1, message)
}

fn a_program_that_succeeds_gets_none(machine: &Machine) -> Result<(), Failed> {
    machine.build(&[])?.run("exit 0", &[]).printed("")?;
    machine
        .build(&["--dir=granted"])?
        .run("env", &[])
        .printed("")
}

fn a_trap_gets_one(machine: &Machine) -> Result<(), Failed> {
    for (options, words, note) in [
        (&[][..], "read-and-trap file", FILE),
        (&["--dir=granted"], "read-and-trap granted/link", OUTSIDE),
    ] {
        let ran = machine.build(options)?.run(words, &[]);
        ensure!(ran.status == 134, "{ran:?}");
        let end = format!("wasm trap: wasm `unreachable` instruction executed\n{note}");
        ensure!(ran.stderr.ends_with(&end), "{ran:?}");
    }
    Ok(())
}

fn a_component_gets_one(machine: &Machine) -> Result<(), Failed> {
    let ran = machine
        .build_module("../wasi/components/p2-fs-open.wasm", &[])?
        .run("x", &[]);
    let end = format!("wasm trap: wasm `unreachable` instruction executed\n{NO_DIRECTORY}");
    ensure!(ran.status == 134 && ran.stderr.ends_with(&end), "{ran:?}");
    Ok(())
}

fn a_trap_of_another_kind_gets_no_guess(machine: &Machine) -> Result<(), Failed> {
    let ran = machine.build(&[])?.run("deep 100000000", &[]);
    ensure!(
        ran.stderr.ends_with("wasm trap: call stack exhausted\n"),
        "{ran:?}"
    );
    Ok(())
}

fn it_stands_behind_the_programs_output(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted"])?;
    let mut shell = Command::new("sh");
    let command = probe.command("read granted/link");
    shell
        .args(["-c", "exec \"$0\" \"$@\" 2>&1"])
        .arg(command.get_program());
    shell.args(command.get_args()).current_dir(probe.path("."));
    let output = tool::run(&mut shell, b"");
    let expected = format!("granted/link: Operation not permitted\n{OUTSIDE}");
    ensure!(output.stdout == expected.as_bytes(), "{output:?}");
    Ok(())
}

fn it_can_be_switched_off_at_build(machine: &Machine) -> Result<(), Failed> {
    machine
        .build(&["--no-notes"])?
        .run("read file", &[])
        .failed(1, "")
}

fn it_can_be_switched_off_at_start(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&[])?;
    probe
        .run("read file", &[("WASI_AOT_NOTES", "off")])
        .failed(1, "")?;
    probe
        .run("read file", &[("WASI_AOT_NOTES", "")])
        .failed(1, FILE)
}

fn it_names_the_variable_where_one_helps(machine: &Machine) -> Result<(), Failed> {
    machine
        .build(&["--runtime-grants=dir"])?
        .run("read file", &[])
        .failed(
            1,
            "\
note: the program tried to reach `file`, which is outside of what it was granted
help: start it with WASI_AOT_DIR=.
      or build it with `--dir .`
",
        )?;
    machine
        .build(&["--runtime-grants=listen"])?
        .run("read file", &[])
        .failed(1, FILE)
}

/// `wasi-aot run` builds only for this machine: the same on every target.
fn run_says_how_to_run(_: &Machine) -> Result<(), Failed> {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("grants/probe.wasm");
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    command
        .args(["run", "--no-cache"])
        .arg(module)
        .args(["read", "file"]);
    let output = tool::run(&mut command, b"");
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(
        stderr
            == "\
note: the program tried to reach `file`, which is outside of what it was granted
help: `wasi-aot run --dir . ...` grants it
",
        "{stderr}"
    );
    Ok(())
}

fn nothing_of_the_path_reaches_the_terminal(machine: &Machine) -> Result<(), Failed> {
    let long = "x".repeat(300);
    let probe = machine.build(&["--dir=granted"])?;
    let ran = probe.run(&format!("raw /\x1b[31m/{long}"), &[]);
    let shown = format!("`/?[31m/{}...`, which", "x".repeat(250 - 7));
    ensure!(ran.stderr.contains(&shown), "{ran:?}");
    Ok(())
}
