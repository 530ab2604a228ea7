//! System limits on memory (`ulimit`), and the behaviour that the options and messages promise
//! under them.
//!
//! An emulator needs address space of its own, so there the programs run without a limit.

use crate::{
    ensure,
    inherited::Running,
    probe::{Machine, Probe, Ran},
    tests,
};
use libtest_mimic::Failed;
use std::{ops::RangeInclusive, process::Command};
use wasi_aot_tests::tool::{self, Runner};

tests![
    a_memory_and_16_mb_are_enough_with_explicit_checks,
    guards_need_no_reservation,
    memories_of_all_kinds_grow_as_far_as_they_may,
    what_is_outside_traps_without_a_reservation,
    what_the_kernel_places_stays_out_of_memories,
    memories_where_the_kernels_stack_is_are_refused,
    the_kernels_stack_cannot_grow_into_memories,
    exceptions_and_objects_take_what_there_is,
    a_heap_that_was_asked_for_is_refused_or_there,
    a_smaller_stack_needs_less,
    a_memory_for_which_there_is_no_room_is_refused,
    too_few_descriptors_are_the_systems_limit,
];

/// Both kinds of bounds checks.
const BOUNDS: [&str; 2] = ["--bounds-checks=guard", "--bounds-checks=explicit"];

/// Layouts of the address space: the usual one, the one that fills it from below, and one with a
/// small stack limit.
const STACKS: [&str; 3] = ["", "ulimit -s unlimited && ", "ulimit -s 256 && "];

/// A command that runs the program after these shell commands.
fn command(probe: &Probe, shell: &str, words: &str) -> Command {
    let run = probe.command(words);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", &format!("{shell} && exec \"$0\" \"$@\"")])
        .arg(run.get_program())
        .args(run.get_args())
        .current_dir(probe.path("."));
    limited
}

/// Runs the program after these shell commands.
fn after(probe: &Probe, shell: &str, words: &str) -> Ran {
    Ran::new(&tool::run(&mut command(probe, shell, words), b""))
}

impl Machine {
    /// A shell limit on address space, in KiB.
    fn space(&self, kib: u64) -> String {
        match self.runner {
            Runner::Native => format!("ulimit -v {kib}"),
            Runner::Emulator(_) => "true".into(),
        }
    }

    fn is_native(&self) -> bool {
        matches!(self.runner, Runner::Native)
    }

    /// How often, out of 200 times, `module` can grow by 1 MiB with this many KiB of address space.
    fn grows(
        &self,
        module: &str,
        options: &[&str],
        kib: u64,
        expected: RangeInclusive<i32>,
    ) -> Result<(), Failed> {
        let probe = self.build_module(module, options)?;
        for stack in STACKS {
            let ran = after(&probe, &format!("{stack}{}", self.space(kib)), "");
            let good = match self.is_native() {
                true => expected.contains(&ran.status),
                false => ran.status == 200,
            };
            ensure!(
                good && ran.stderr.is_empty(),
                "{module} {options:?} with {kib} KiB, {stack:?}: {ran:?}"
            );
        }
        Ok(())
    }
}

fn a_memory_and_16_mb_are_enough_with_explicit_checks(machine: &Machine) -> Result<(), Failed> {
    // One page; the stack takes 8 MB of the rest.
    machine.grows("grow.wat", &[BOUNDS[1]], 64 + 16_000, 1..=15)?;
    let probe = machine.build_module("large.wat", &[BOUNDS[1]])?;
    after(&probe, &machine.space(70_400 + 16_000), "").printed("")?;
    let hello = "../../examples/hello.wasm";
    let probe = machine.build_module(hello, &[BOUNDS[1]])?;
    let ran = after(&probe, &machine.space(16_448 + 16_000), "");
    ensure!(ran.status == 0 && ran.stderr.is_empty(), "{ran:?}");
    Ok(())
}

fn guards_need_no_reservation(machine: &Machine) -> Result<(), Failed> {
    machine.grows("grow.wat", &[], 64 + 16_000, 1..=15)?;
    machine.grows("grow.wat", &[], 100_000, 50..=99)?;
    // Enough for the memory, but not for the reservation.
    machine.grows("grow.wat", &[], 4_000_000, 200..=200)
}

fn memories_of_all_kinds_grow_as_far_as_they_may(machine: &Machine) -> Result<(), Failed> {
    for bounds in BOUNDS {
        machine.grows("grow64.wat", &[bounds], 64 + 16_000, 1..=15)?;
        machine.grows("grow64.wat", &[bounds], 1_000_000, 200..=200)?;
    }
    // Shared memories, grown by several threads, each of which has a stack of 8 MiB.
    let module = "../wasi/threads/threads-grow.wasm";
    for bounds in BOUNDS {
        let probe = machine.build_module(module, &[bounds])?;
        let grown = "wrong 0\npages 200\nsize 200\ntoo much -1\n";
        after(&probe, &machine.space(500_000), "grow").printed(grown)?;
    }
    Ok(())
}

fn what_is_outside_traps_without_a_reservation(machine: &Machine) -> Result<(), Failed> {
    for bounds in BOUNDS {
        let probe = machine.build_module("outside.wat", &[bounds])?;
        for stack in STACKS {
            let limit = format!("{stack}{}", machine.space(1_000_000));
            for place in ["a", "b", "c", "d", "e"] {
                let ran = after(&probe, &limit, place);
                let trap = "wasm trap: out of bounds memory access\n";
                ensure!(
                    ran.status == 134 && ran.stderr.ends_with(trap),
                    "{bounds} {stack:?} {place}: {ran:?}"
                );
            }
            after(&probe, &limit, "f").printed("")?;
        }
    }
    Ok(())
}

/// With an unlimited stack, the kernel places mappings from one third of the address space upwards.
/// A memory that may grow beyond that point must not get a stack inside its range.
fn what_the_kernel_places_stays_out_of_memories(machine: &Machine) -> Result<(), Failed> {
    const MOST: &str = "--max-memory=61440G";
    let grows = machine.build_module("grow64.wat", &[MOST])?;
    let waits = machine.build_module("waits64.wat", &[MOST])?;
    if !machine.is_native() {
        eprintln!("not shown: an emulator keeps a record of each page of such a range");
        return Ok(());
    }
    for shell in ["true", "ulimit -s unlimited"] {
        let ran = after(&grows, shell, "");
        ensure!(
            ran.status == 200 && ran.stderr.is_empty(),
            "{shell}: {ran:?}"
        );
        let running = Running::spawn(&mut command(&waits, shell, ""))?;
        let maps = running.file("maps")?;
        let range = |line: &str| {
            let (from, to) = line.split(' ').next()?.split_once('-')?;
            let number = |text| u64::from_str_radix(text, 16).ok();
            Some(number(from)?..number(to)?)
        };
        // One memory is at the start of the address space, the other at the end. The kernel's own
        // mappings are placed before the program runs.
        let inside = |line: &&str| {
            let own = line.ends_with(']');
            !own && range(line).is_none_or(|own| (32 << 30..61440 << 30).contains(&own.start))
        };
        let found: Vec<_> = maps.lines().filter(inside).collect();
        let mut ranges = maps.lines().filter_map(range);
        let first = ranges.any(|own| own.contains(&0x4000_0000));
        ensure!(found.is_empty() && first, "{shell}: {found:?}");
    }
    Ok(())
}

/// Accesses out of their bounds would reach the kernel's stack and the vDSO.
fn memories_where_the_kernels_stack_is_are_refused(machine: &Machine) -> Result<(), Failed> {
    if !machine.is_native() {
        eprintln!("not shown: the emulator itself refuses such an image");
        return Ok(());
    }
    // Up to 0x7ffb_0000_0000; then 6 of 8 GiB are taken, twice. The stack is at a random address.
    let probe = machine.build_module("high.wat", &["--max-memory=131052G"])?;
    for stack in STACKS {
        let mut refused = 0;
        for _ in 0..30 {
            let ran = after(&probe, &format!("{stack}true"), "");
            let why = "for the program's memory (error 17)\nhelp: something else is there";
            match ran.status {
                1 if ran.stderr.contains(why) => refused += 1,
                _ => ran.printed("")?,
            }
        }
        ensure!(refused > 0, "{stack:?}");
    }
    let probe = machine.build_module("high.wat", &["--max-memory=1G"])?;
    after(&probe, "true", "").printed("")
}

/// The kernel lets its stack grow to any address of an access that is between the stack and the
/// mapping below it, if its limit allows that.
fn the_kernels_stack_cannot_grow_into_memories(machine: &Machine) -> Result<(), Failed> {
    if !machine.is_native() {
        eprintln!("not shown: the stack of an emulated program does not grow");
        return Ok(());
    }
    let waits = machine.build_module("waits64.wat", &["--max-memory=1G"])?;
    let running = Running::spawn(&mut command(&waits, "ulimit -s unlimited", ""))?;
    let maps = running.file("maps")?;
    let stack = maps.lines().position(|line| line.ends_with("[stack]"));
    let bound = maps.lines().position(|line| line.contains(" ---p "));
    ensure!(
        stack.is_some_and(|stack| bound == stack.checked_sub(1)),
        "{maps}"
    );
    Ok(())
}

fn exceptions_and_objects_take_what_there_is(machine: &Machine) -> Result<(), Failed> {
    for bounds in BOUNDS {
        let probe = machine.build_module("throws.wat", &[bounds])?;
        after(&probe, &machine.space(64 + 16_000), "").printed("")?;
        let probe = machine.build_module("objects.wat", &[bounds])?;
        after(&probe, &machine.space(100_000), "").printed("")?;
    }
    Ok(())
}

fn a_heap_that_was_asked_for_is_refused_or_there(machine: &Machine) -> Result<(), Failed> {
    let limit = machine.space(100_000);
    let probe = machine.build_module("objects.wat", &["--max-heap=1G"])?;
    let ran = after(&probe, &limit, "");
    if machine.is_native() {
        ran.refused("cannot reserve address space for a heap of 1073741824 bytes (error 12)\n")?;
        ensure!(
            ran.stderr.contains("`--max-heap` a smaller value"),
            "{ran:?}"
        );
    } else {
        ran.printed("")?;
    }
    let probe = machine.build_module("objects.wat", &["--max-heap=16M"])?;
    after(&probe, &limit, "").printed("")
}

fn a_smaller_stack_needs_less(machine: &Machine) -> Result<(), Failed> {
    let limit = machine.space(6000);
    let probe = machine.build_module("throws.wat", &[])?;
    let ran = after(&probe, &limit, "");
    if machine.is_native() {
        ran.refused("cannot map 8388608 bytes for the program's stack\n")?;
        ensure!(ran.stderr.contains("a smaller `--max-stack`"), "{ran:?}");
    } else {
        ran.printed("")?;
    }
    let probe = machine.build_module("throws.wat", &["--max-stack=128K"])?;
    after(&probe, &limit, "").printed("")
}

fn a_memory_for_which_there_is_no_room_is_refused(machine: &Machine) -> Result<(), Failed> {
    for bounds in BOUNDS {
        let probe = machine.build_module("large.wat", &[bounds])?;
        let ran = after(&probe, &machine.space(30_000), "");
        if machine.is_native() {
            ran.refused(
                "cannot map 72089600 bytes at 0x40000000 for the program's memory (error 12)\n",
            )?;
            ensure!(ran.stderr.contains("`ulimit -v`"), "{ran:?}");
        } else {
            ran.printed("")?;
        }
        after(&probe, &machine.space(90_000), "").printed("")?;
    }
    Ok(())
}

fn too_few_descriptors_are_the_systems_limit(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted"])?;
    if machine.is_native() {
        let ran = after(&probe, "ulimit -n 3", "preopens");
        ran.refused(
            "cannot open the granted directory `granted`: too many open files (os error 24)\n",
        )?;
        ensure!(ran.stderr.contains("`ulimit -n`"), "{ran:?}");
    }
    let ran = after(&probe, "ulimit -n 30", "preopens");
    ensure!(ran.status == 0 && ran.stderr.is_empty(), "{ran:?}");
    Ok(())
}
