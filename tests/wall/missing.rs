//! Kernels without the features that the sandbox policy needs. Programs run with a weaker policy,
//! and report that if requested, or they refuse to start if that is requested.

use libtest_mimic::Trial;
use std::process::Command;
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

/// The parts of the policy: the system call that each part requires, and its name in the message.
const PARTS: &[(&str, &str)] = &[
    ("close_range", "closing of inherited descriptors"),
    ("landlock_create_ruleset", "Landlock"),
    ("landlock_add_rule", "Landlock"),
    ("landlock_restrict_self", "Landlock"),
    ("capget", "capset"),
    ("seccomp", "seccomp"),
];

/// A program that opens files, so that every part applies to it.
const MODULE: &str = "(module
    (import \"wasi_snapshot_preview1\" \"path_open\" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (memory (export \"memory\") 1)
    (func (export \"_start\")
        (drop (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0)
            (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))))";

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    let strace = tool::in_path("strace")
        .is_none()
        .then(|| "no strace".to_owned());
    for (call, part) in PARTS {
        for error in ["ENOSYS", "EPERM"] {
            let name = format!("missing/{call}/{error}");
            trials.push(super::trial(name, strace.clone(), move || {
                injected(call, error, part)
            }));
        }
    }
    let segment = wasi_aot_targets::host().is_some_and(|host| host.addresses.segment);
    let no_segments = (!segment).then(|| "the memory is no segment here".to_owned());
    trials.push(super::trial(
        "missing/arch_prctl".to_owned(),
        strace.or(no_segments),
        refused_segment,
    ));
    for target in TARGETS {
        let runner = Runner::find(target);
        if let Ok(Runner::Native) = runner {
            continue;
        }
        let name = format!("missing/emulator/{}", target.name);
        trials.push(super::trial(name, runner.clone().err(), move || {
            let runner = runner?;
            expect("seccomp", target, |executable| runner.command(executable))
        }));
    }
    trials
}

/// Runs the program with a kernel that refuses `call`.
fn injected(call: &str, error: &str, part: &str) -> Result<(), String> {
    let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
    expect(part, host, |executable| {
        let mut strace = Command::new("strace");
        strace.args(["-qq", "-o", "/dev/null", "-e"]);
        strace.arg(format!("inject={call}:error={error}"));
        strace.arg(executable);
        strace
    })
}

/// Code addresses the memory by a segment. Without it, it would access other addresses.
fn refused_segment() -> Result<(), String> {
    let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let executable = folder.path().join("program");
    let run = |option: &str, result: &str| -> Result<(i32, String), String> {
        let options = ["--harden=off".to_owned(), option.to_owned()];
        super::build(host, MODULE, &options, &executable)?;
        let mut strace = Command::new("strace");
        strace.args(["-qq", "-o", "/dev/null", "-e"]);
        strace.arg(format!("inject=arch_prctl:{result}"));
        let output = tool::run(strace.arg(&executable), b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((tool::status(&output), said))
    };
    let error = "Error: the base of the program's memory cannot be set (os error ";
    for (result, number) in [("error=EPERM", 1), ("error=EINVAL", 22)] {
        let (code, said) = run("--keep-gs=false", result)?;
        if code != 1 || !said.starts_with(&format!("{error}{number})\n")) {
            return Err(format!("it starts without its memory: {code}, {said}"));
        }
    }
    // A system that does nothing, and says that it has: the word is not there.
    let (code, said) = run("--keep-gs=false", "retval=0")?;
    if code == 0 || said.is_empty() {
        return Err(format!("it starts with another memory: {code}, {said}"));
    }
    match run("--keep-gs", "error=EINVAL")? {
        (0, said) if said.is_empty() => Ok(()),
        other => Err(format!("it does not start without a segment: {other:?}")),
    }
}

fn expect(
    part: &str,
    target: &Target,
    command: impl Fn(&std::path::Path) -> Command,
) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let run = |harden: &str, verbose: bool| -> Result<(i32, String), String> {
        let executable = folder.path().join(harden);
        let dir = format!("--dir={}::.", folder.path().display());
        super::build(
            target,
            MODULE,
            &[format!("--harden={harden}"), dir],
            &executable,
        )?;
        let mut command = command(&executable);
        if verbose {
            command.env("WASI_AOT_VERBOSE", "1");
        }
        let output = tool::run(&mut command, b"");
        Ok((
            tool::status(&output),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ))
    };
    let quiet = run("auto", false)?;
    if quiet != (0, String::new()) {
        return Err(format!("it does not degrade in silence: {quiet:?}"));
    }
    let note =
        format!("note: the sandbox policy is incomplete: the system refuses {part} (os error ");
    let (code, text) = run("auto", true)?;
    if code != 0 || text.lines().filter(|line| line.starts_with(&note)).count() != 1 {
        return Err(format!("it does not say what is missing: {code}, {text}"));
    }
    let error = "Error: the sandbox policy cannot be enforced: the system refuses ";
    let (code, text) = run("required", false)?;
    if code != 1 || !text.starts_with(error) || text.lines().count() != 2 {
        return Err(format!("it starts without a wall: {code}, {text}"));
    }
    Ok(())
}
