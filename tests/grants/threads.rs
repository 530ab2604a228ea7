//! Limits of programs with threads.

use crate::{
    ensure,
    probe::{Machine, Ran, piped},
    tests,
};
use libtest_mimic::Failed;
use std::{process::Command, time::Instant};
use wasi_aot_tests::tool::{self, Runner};

tests![
    a_program_with_threads_is_interrupted,
    each_thread_has_a_stack_of_its_own,
    no_more_are_open_than_may_be,
    where_there_is_no_room_there_is_no_thread,
    a_closed_stream_stays_closed,
    explicit_checks_and_growth_go_together,
];

const MODULE: &str = "threads.wasm";

fn a_program_with_threads_is_interrupted(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module(MODULE, &["--timeout=250ms"])?;
    let before = Instant::now();
    let ran = probe.run("spin", &[]);
    ensure!(
        ran.status == 134 && ran.stderr.ends_with("wasm trap: interrupt\n"),
        "{ran:?}"
    );
    ensure!(before.elapsed().as_millis() >= 250, "too early");
    Ok(())
}

fn each_thread_has_a_stack_of_its_own(machine: &Machine) -> Result<(), Failed> {
    for stack in ["128K", "64M"] {
        let probe = machine.build_module(MODULE, &["--max-stack", stack])?;
        probe.run("deep", &[]).printed("levels 100\n")?;
    }
    Ok(())
}

/// Three streams, a directory, and as many files as the limit allows.
fn no_more_are_open_than_may_be(machine: &Machine) -> Result<(), Failed> {
    let options = ["--dir=granted", "--max-open-files=40"];
    let probe = machine.build_module(MODULE, &options)?;
    for _ in 0..5 {
        probe.run("open", &[]).printed("open 36\n")?;
    }
    Ok(())
}

/// With too little address space for all stacks, some threads start and the next one does not.
fn where_there_is_no_room_there_is_no_thread(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module("many-threads.wat", &["--bounds-checks=explicit"])?;
    let mut run = probe.command("");
    // The emulator itself needs address space.
    let ran = match machine.runner {
        Runner::Native => {
            let mut shell = Command::new("sh");
            shell
                .args(["-c", "ulimit -v 1000000; exec \"$0\""])
                .arg(run.get_program())
                .current_dir(probe.path("."));
            tool::run(&mut shell, b"")
        }
        _ => tool::run(run.env("QEMU_RESERVED_VA", "0x100000000"), b""),
    };
    // The maximum is one eighth of 1000.
    let ran = Ran::new(&ran);
    ensure!(
        (1..50).contains(&ran.status) && ran.stderr.is_empty(),
        "{ran:?}"
    );
    Ok(())
}

fn a_closed_stream_stays_closed(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module(MODULE, &["--dir=granted"])?;
    for (words, status, stdout) in [("closed", 7, ""), ("read", 0, "wrong 0\n")] {
        let run = probe.command(words);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "exec \"$0\" \"$@\" <&-"])
            .arg(run.get_program())
            .args(run.get_args())
            .current_dir(probe.path("."));
        let ran = Ran::new(&piped(&mut shell).spawn()?.wait_with_output()?);
        ensure!(
            ran.status == status && ran.stdout == stdout && ran.stderr.is_empty(),
            "{words}: {ran:?}"
        );
    }
    Ok(())
}

fn explicit_checks_and_growth_go_together(machine: &Machine) -> Result<(), Failed> {
    let module = "../wasi/threads/threads-grow.wasm";
    let probe = machine.build_module(module, &["--bounds-checks=explicit"])?;
    let grown = "wrong 0\npages 200\nsize 200\ntoo much -1\n";
    probe.run("grow", &[]).printed(grown)
}
