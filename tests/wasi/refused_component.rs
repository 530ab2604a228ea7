//! Hostile pointers and handles, for every function of WASI 0.2 that takes one. The pointers are in
//! arguments, results, elements of lists, and buffers that the component allocates. The handles are
//! invalid numbers, handles of another type, or dropped handles. The program traps, and nothing has
//! changed.
//!
//! One component imports all functions and contains a call for each case of a package; its argument
//! selects the call. A valid call first shows that the invalid one fails only because of its
//! pointer or handle.

use super::refused::{set_up, tree};
use libtest_mimic::{Failed, Trial};
use std::{fs, os::unix::process::CommandExt, path::Path, process::Command};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

mod cases;
mod world;

use cases::{Case, Data};
use world::World;

/// The number of seconds after which a program counts as hanging.
const PATIENCE: u32 = 30;

/// Under emulation, a program takes fifty times as long to start, and the runtime is the same.
/// There it is enough to run every case whose index is a multiple of this number. It is prime, so
/// that no kind of case is skipped for all functions.
const EMULATED_STEP: usize = 29;

/// The minimum number of invalid calls: a table that has become empty would show nothing.
const LEAST: usize = 7500;

pub fn trials() -> Vec<Trial> {
    let of = |target: &'static Target| {
        World::packages().map(move |package| {
            let name = format!("{}/refused-component/{package}", target.name);
            match Runner::find(target) {
                Ok(runner) => Trial::test(name, move || check(target, &runner, package)),
                Err(reason) => tool::unable(name, reason),
            }
        })
    };
    let all = Trial::test("refused-component/all", all_are_there);
    TARGETS.iter().flat_map(of).chain([all]).collect()
}

/// Every function that uses memory has cases, and their number is as expected.
fn all_are_there() -> Result<(), Failed> {
    let world = World::read();
    let mut count = 0;
    for import in world.imports() {
        let cases = cases::of(&world, &import, &mut Data::default());
        let bad = cases.iter().filter(|case| case.trap.is_some()).count();
        if bad == 0 && import.uses_memory() {
            return Err(format!("{} has no case", import.name()).into());
        }
        count += bad;
    }
    let drops = world.resources();
    count += drops
        .iter()
        .map(|of| cases::of_drop(of).len())
        .sum::<usize>();
    match count {
        LEAST.. => Ok(()),
        _ => Err(format!("only {count} bad calls").into()),
    }
}

/// The cases of a package, and the component that makes them.
fn component(package: &str) -> (Vec<Case>, String) {
    let world = World::read();
    let mut data = Data::default();
    let mut cases = Vec::new();
    for import in world.imports() {
        if import.package == package {
            cases.extend(cases::of(&world, &import, &mut data));
        }
    }
    let drops = world.resources();
    let drops = drops.iter().filter(|of| of.package == package);
    cases.extend(drops.flat_map(cases::of_drop));
    let names: String = (0..cases.len())
        .map(|index| format!(" $case{index}"))
        .collect();
    let calls: String = (cases.iter().enumerate())
        .map(|(index, case)| format!("(func $case{index} (result i32) {})\n", case.code))
        .collect();
    let fields = format!(
        "{}\n(type $case (func (result i32)))\n(table funcref (elem{names}))\n{calls}\n{}",
        data.field(),
        include_str!("refused_component/makers.wat")
    );
    let component = world.component(&fields);
    (cases, component)
}

fn build(target: &Target, folder: &Path, component: &str) -> Result<(), Failed> {
    fs::write(folder.join("refused.wat"), component)?;
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build
        .args([
            "build",
            "--quiet",
            "--no-cache",
            "--dir=root::/",
            "--env=A=b",
        ])
        .args(["--allow-net", "--allow-net-listen", "--allow-name-lookup"])
        .args(["--target", target.name, "-o", "app", "refused.wat"])
        .current_dir(folder);
    let built = tool::run(&mut build, b"");
    match built.status.success() {
        true => Ok(()),
        false => Err(format!("not built:\n{}", String::from_utf8_lossy(&built.stderr)).into()),
    }
}

fn check(target: &Target, runner: &Runner, package: &str) -> Result<(), Failed> {
    let (cases, component) = component(package);
    let folder = tempfile::tempdir()?;
    build(target, folder.path(), &component)?;
    let root = folder.path().join("root");
    let mut before = set_up(folder.path())?;
    let mut wrong = String::new();
    let step = match runner {
        Runner::Native => 1,
        Runner::Emulator(_) => EMULATED_STEP,
    };
    for (index, case) in cases.iter().enumerate() {
        if !index.is_multiple_of(step) {
            continue;
        }
        let mut command = runner.command(&folder.path().join("app"));
        command.current_dir(&folder).arg(index.to_string());
        // SAFETY: `alarm` may be called between fork and exec.
        let alarm = || unsafe {
            libc::alarm(PATIENCE);
            Ok(())
        };
        // SAFETY: it calls nothing but `alarm`.
        unsafe { command.pre_exec(alarm) };
        let ran = tool::run(&mut command, b"");
        let stderr = String::from_utf8_lossy(&ran.stderr);
        let (exit, message) = match case.trap {
            None => (0, String::new()),
            Some(trap) => (134, format!("wasm trap: {}\n", trap.message())),
        };
        if tool::status(&ran) != exit || !stderr.contains(&message) {
            let status = tool::status(&ran);
            wrong += &format!("{} ends with {status}: {stderr}\n", case.name);
        }
        let after = tree(&root)?;
        if after != before {
            if case.trap.is_some() {
                wrong += &format!("{} has changed the files\n", case.name);
            }
            before = set_up(folder.path())?;
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.into()),
    }
}
