//! State that a program makes grow: how much of it there can be, and what happens then.

use crate::{
    ensure,
    probe::{Machine, Ran},
    tests,
};
use libtest_mimic::Failed;

tests![
    tables_grow_by_ten_million_elements_in_all,
    memories_and_tables_share_what_was_granted,
    what_was_granted_can_change_at_start,
    handles_are_counted,
    threads_are_counted,
    open_files_that_are_embedded_are_counted,
    what_is_polled_at_once_is_counted,
];

/// The program ends with this status, and says nothing.
fn ends(ran: &Ran, status: i32) -> Result<(), Failed> {
    ensure!(
        ran.status == status && ran.stderr.is_empty(),
        "expected {status}, got {ran:?}"
    );
    Ok(())
}

fn tables_grow_by_ten_million_elements_in_all(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module("tables.wat", &[])?;
    ends(&probe.run("", &[]), 100)
}

fn memories_and_tables_share_what_was_granted(machine: &Machine) -> Result<(), Failed> {
    // Tables grow by 800,000 bytes here, and the memory has 65,536.
    for (limit, times) in [("64K", 0), ("845K", 0), ("846K", 1), ("8M", 10)] {
        let probe = machine.build_module("tables.wat", &["--max-memory", limit])?;
        ends(&probe.run("", &[]), times)?;
    }
    for (limit, times) in [("128K", 0), ("192K", 1), ("1M", 14), ("1087K", 14)] {
        let probe = machine.build_module("together.wat", &["--max-memory", limit])?;
        ends(&probe.run("", &[]), times)?;
    }
    // Without it their own limits count: 99, 99 and 2.
    let probe = machine.build_module("together.wat", &[])?;
    ends(&probe.run("", &[]), 200)
}

fn what_was_granted_can_change_at_start(machine: &Machine) -> Result<(), Failed> {
    const NAME: &str = "WASI_AOT_MAX_MEMORY";
    let options = ["--max-memory=256K", "--runtime-grants=limits"];
    let probe = machine.build_module("together.wat", &options)?;
    for (limit, times) in [("", 2), ("128K", 0), ("1M", 14), ("-", 200)] {
        ends(&probe.run("", &[(NAME, limit)]), times)?;
    }
    probe
        .run("", &[(NAME, "127K")])
        .refused("WASI_AOT_MAX_MEMORY=127K is less than what the program's memory starts with\n")
}

fn handles_are_counted(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module("handles.wat", &[])?;
    let ran = probe.run("", &[]);
    let reason = "wasm trap: cannot allocate another handle: at most 100000 at once\n";
    let first = ran.stderr.lines().find(|line| line.contains(" 0x"));
    ensure!(
        ran.status == 134
            && ran.stderr.ends_with(reason)
            && first.is_some_and(|line| line.ends_with("!one_more")),
        "{ran:?}"
    );
    Ok(())
}

fn threads_are_counted(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module("many-threads.wat", &["--max-stack=128K"])?;
    ends(&probe.run("", &[]), 1000 / 8)?;
    // Of 10,000 that are wanted.
    let probe = machine.build_module("threads.wasm", &[])?;
    probe.run("many", &[]).printed("some 0\n")
}

fn open_files_that_are_embedded_are_counted(machine: &Machine) -> Result<(), Failed> {
    let file = concat!(
        "--embed=",
        env!("CARGO_MANIFEST_DIR"),
        "/grants/opens.wat::/e/f"
    );
    let probe = machine.build_module("opens.wat", &[file])?;
    ends(&probe.run("", &[]), 0)?;
    let probe = machine.build_module("opens.wat", &[file, "--max-open-files=9"])?;
    ends(&probe.run("", &[]), 2)
}

fn what_is_polled_at_once_is_counted(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module("polls.wat", &[])?;
    ends(&probe.run("", &[]), 0)
}
