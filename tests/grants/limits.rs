//! `--timeout` and `--max-open-files`.

use crate::{
    ensure,
    probe::{Machine, Ran},
    tests,
};
use libtest_mimic::Failed;
use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

tests![
    a_loop_is_interrupted,
    calls_in_a_loop_are_interrupted,
    a_sleep_is_interrupted,
    a_read_is_interrupted,
    a_copy_is_interrupted,
    clock_reads_are_interrupted,
    a_program_that_is_in_time_is_not_interrupted,
    somebody_elses_signal_is_no_timeout,
    a_refused_open_changes_nothing,
    every_descriptor_counts,
];

/// Runs `what` until its time limit, and returns the names of the functions in the report.
fn interrupted(machine: &Machine, what: &str, level: &str) -> Result<Vec<String>, Failed> {
    let probe = machine.build(&["--timeout=250ms", "--no-notes", level])?;
    let before = Instant::now();
    let mut child = probe.start(what, &[])?;
    // Stays open while the program runs, so that the program has something to wait for.
    let input = child.stdin.take();
    let ran = Ran::new(&child.wait_with_output()?);
    let took = before.elapsed();
    drop(input);
    ensure!(ran.status == 134, "{ran:?}");
    ensure!(took >= Duration::from_millis(250), "after {took:?}");
    let lines: Vec<_> = ran.stderr.lines().collect();
    let start = [
        "Error: failed to run main module `probe.wasm`",
        "",
        "Caused by:",
    ];
    ensure!(lines.starts_with(&start), "{ran:?}");
    ensure!(
        lines.last() == Some(&"    2: wasm trap: interrupt"),
        "{ran:?}"
    );
    let frames = lines
        .iter()
        .filter_map(|line| line.split_once("probe.wasm!"));
    Ok(frames.map(|(_, name)| name.to_string()).collect())
}

/// The report of an interrupted `what` lists these functions in this order, and `_start` last.
fn shows(machine: &Machine, what: &str, functions: &[&str]) -> Result<(), Failed> {
    shows_at(machine, what, functions, "-O2")
}

/// The same of code that was optimised for this level.
fn shows_at(machine: &Machine, what: &str, functions: &[&str], level: &str) -> Result<(), Failed> {
    let names = interrupted(machine, what, level)?;
    let found = names
        .windows(functions.len())
        .any(|names| names == functions);
    ensure!(found, "{functions:?} are not in {names:?}");
    ensure!(
        names.last().is_some_and(|name| name == "_start"),
        "{names:?}"
    );
    Ok(())
}

fn a_loop_is_interrupted(machine: &Machine) -> Result<(), Failed> {
    shows_at(machine, "spin", &["spin", "main"], "-O0")?;
    // The loop is inlined, and nothing is known of an instruction that neither calls nor traps.
    shows(machine, "spin", &["main"])
}

fn calls_in_a_loop_are_interrupted(machine: &Machine) -> Result<(), Failed> {
    // The interrupt can hit anywhere in `leaf` or around its call: before its frame exists, after
    // it is gone, or in between.
    for _ in 0..3 {
        shows_at(machine, "calls", &["calls", "main"], "-O0")?;
        // Both are inlined.
        shows(machine, "calls", &["main"])?;
    }
    Ok(())
}

fn a_sleep_is_interrupted(machine: &Machine) -> Result<(), Failed> {
    shows(machine, "nap", &["sleep", "nap", "main"])
}

fn a_read_is_interrupted(machine: &Machine) -> Result<(), Failed> {
    shows(machine, "input", &["read", "wait_for_input", "main"])
}

fn a_copy_is_interrupted(machine: &Machine) -> Result<(), Failed> {
    shows(machine, "copies", &["copies", "main"])
}

fn clock_reads_are_interrupted(machine: &Machine) -> Result<(), Failed> {
    shows(machine, "clocks", &["clocks", "main"])
}

fn a_program_that_is_in_time_is_not_interrupted(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--timeout=1h"])?;
    probe.run("deep 3", &[]).printed("0\n")?;
    let ran = probe.run("exit 7", &[]);
    ensure!(ran.status == 7, "{ran:?}");
    Ok(())
}

fn somebody_elses_signal_is_no_timeout(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--timeout=1h"])?;
    for (name, number) in [("ALRM", libc::SIGALRM), ("VTALRM", libc::SIGVTALRM)] {
        let child = probe.start("nap", &[])?;
        thread::sleep(Duration::from_millis(300));
        let killed = Command::new("kill")
            .args([&format!("-{name}"), &child.id().to_string()])
            .status()?;
        ensure!(killed.success(), "not sent");
        Ran::new(&child.wait_with_output()?).failed(128 + number, "")?;
    }
    Ok(())
}

fn a_refused_open_changes_nothing(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted", "--max-open-files=6"])?;
    probe.run("many granted/file", &[]).printed(
        "2, then No file descriptors available\nnew: No file descriptors available\nagain: ok\n",
    )?;
    ensure!(!probe.path("granted/new").exists(), "it is there");
    Ok(())
}

fn every_descriptor_counts(machine: &Machine) -> Result<(), Failed> {
    let limit = "--max-open-files=6";
    let probe = machine.build(&["--dir=granted", "--dir=.", "--listen=127.0.0.1:0", limit])?;
    let ran = probe.run("many granted/file", &[]);
    ensure!(
        ran.stdout
            .starts_with("0, then No file descriptors available\n"),
        "{ran:?}"
    );
    Ok(())
}
