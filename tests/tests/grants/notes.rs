//! The note about a missing grant when a program fails.

use crate::{ensure, probe::Machine, tests};
use libtest_mimic::Failed;
use std::path::Path;
use std::process::Command;
use wasi_aot_tests::tool;

tests![
    no_directory_was_granted,
    nothing_was_opened_in_what_was_granted,
    a_path_leads_outside,
    an_absolute_path_is_outside,
    a_change_is_refused,
    no_socket_was_granted,
    a_program_that_succeeds_gets_none,
    a_failure_for_another_reason_gets_none,
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

const OUTSIDE: &str = "\
note: the program tried to reach `link` from `granted`, which leads outside of what it was granted
help: build it with `--dir DIRECTORY`
";

fn no_directory_was_granted(machine: &Machine) -> Result<(), Failed> {
    machine
        .build(&[])?
        .run("read file", &[])
        .failed(1, NO_DIRECTORY)
}

fn nothing_was_opened_in_what_was_granted(machine: &Machine) -> Result<(), Failed> {
    machine.build(&["--dir=granted"])?.run("read /etc/passwd", &[]).failed(1, "\
note: the program opened nothing in `granted`, which it was granted: if it looked for a file elsewhere, it found none
help: build it with `--dir DIRECTORY`
")
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

fn a_failure_for_another_reason_gets_none(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted"])?;
    probe.run("read-and-fail granted/file", &[]).failed(1, "")?;
    probe.run("read granted/missing", &[]).failed(1, "")
}

fn a_trap_gets_one(machine: &Machine) -> Result<(), Failed> {
    for (options, words, note) in [
        (&[][..], "read-and-trap file", NO_DIRECTORY),
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
        .build_module("../wasi/p2-fs-open.wasm", &[])?
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
        .failed(1, NO_DIRECTORY)
}

fn it_names_the_variable_where_one_helps(machine: &Machine) -> Result<(), Failed> {
    machine
        .build(&["--runtime-grants=dir"])?
        .run("read file", &[])
        .failed(
            1,
            "\
note: the program was granted no directory: if it looked for a file, it found none
help: start it with WASI_AOT_DIR=.
      or build it with `--dir .`
",
        )?;
    machine
        .build(&["--runtime-grants=listen"])?
        .run("read file", &[])
        .failed(1, NO_DIRECTORY)
}

/// `wasi-aot run` builds for this machine only: the same on every target.
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
note: the program was granted no directory: if it looked for a file, it found none
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
