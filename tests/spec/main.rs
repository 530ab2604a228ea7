//! Runs the specification's scripts as native programs: a script and a way to build it is a test.
//!
//! All scripts run for the host. For other targets they run in an emulator: a few of them always,
//! the rest with `--include-ignored`.

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::spec::report::{Totals, failures};
use wasi_aot_tests::spec::suite::{self, Entry};
use wasi_aot_tests::spec::variant::{VARIANTS, Variant};
use wasi_aot_tests::tool::{self, Runner};

/// Scripts that run in emulators always: every kind of trap, memory and table, calls, floats.
const EMULATED: &[&str] = &[
    "bulk",
    "call_indirect",
    "conversions",
    "f32",
    "i64",
    "linking",
    "memory_grow",
    // Reserves more than what is below the addresses that an emulator chooses.
    "memory64::memory_grow64",
    "stack",
    "traps",
    "skip-stack-guard-page",
    "own::bit_fields",
    "own::collect",
    "own::constants",
    "own::differences",
    "own::edges",
    "own::effects",
    "own::exhaust",
    "own::index_shifts",
    "own::jump_tables",
    "own::operands",
    "own::upper_halves",
    "own::vector_constants",
    "own::wrapped_sums",
];

/// Totals by target and way.
type Sums = Arc<Mutex<BTreeMap<String, Totals>>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let scripts: Vec<&'static Entry> = match suite::scripts() {
        Ok(scripts) => scripts
            .into_iter()
            .map(|entry| &*Box::leak(Box::new(entry)))
            .collect(),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let sums = Sums::default();
    let mut trials: Vec<Trial> = scripts
        .iter()
        .flat_map(|&entry| host(entry, &sums))
        .collect();
    for target in TARGETS {
        if !is_host(target) {
            trials.extend(foreign(target, &scripts, &sums));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        for (title, totals) in &*sums.lock().expect("no test panics with it") {
            println!("{}", totals.table(title));
        }
    }
    conclusion.exit_code()
}

fn is_host(target: &Target) -> bool {
    wasi_aot_targets::host().is_some_and(|host| host.name == target.name)
}

/// The tests of a script on the host.
fn host(entry: &'static Entry, sums: &Sums) -> Vec<Trial> {
    let target = wasi_aot_targets::host().expect("tests run on a target");
    let Some(feature) = &entry.cut else {
        let trial = |variant| trial(entry, variant, target, &Runner::Native, sums);
        return VARIANTS.iter().filter_map(trial).collect();
    };
    let name = format!("spec::{}::cut", entry.name);
    vec![Trial::test(name, move || {
        match run(
            entry,
            &VARIANTS[0],
            target,
            &Runner::Native,
            &Sums::default(),
        ) {
            Ok(()) => Err(format!("passes, but tests/spec/cut.txt cuts it for {feature}").into()),
            Err(_) => Ok(()),
        }
    })]
}

/// The tests for a target that is not the host's.
fn foreign(target: &'static Target, scripts: &[&'static Entry], sums: &Sums) -> Vec<Trial> {
    let runner = match Runner::find(target) {
        Ok(runner) => runner,
        // A newcomer need not have what CI must have.
        Err(missing) => {
            let name = format!("spec::{}", target.name);
            return vec![tool::unable(name, missing)];
        }
    };
    let trials = scripts.iter().filter(|entry| entry.cut.is_none());
    let trials = trials.filter(|entry| entry.is_emulated());
    let trials = trials.flat_map(|entry| {
        VARIANTS.iter().filter_map(|variant| {
            let trial = trial(entry, variant, target, &runner, sums)?;
            Some(match EMULATED.contains(&&*entry.name) {
                true => trial,
                false => tool::on_request(trial, "takes long in an emulator"),
            })
        })
    });
    trials.collect()
}

/// The test of a script built one way, if it can be built so.
fn trial(
    entry: &'static Entry,
    variant: &'static Variant,
    target: &'static Target,
    runner: &Runner,
    sums: &Sums,
) -> Option<Trial> {
    if !variant.serves(entry, target) {
        return None;
    }
    let name = match runner {
        Runner::Native => format!("spec::{}::{}", entry.name, variant.name),
        Runner::Emulator(_) => format!("spec::{}::{}::{}", entry.name, variant.name, target.name),
    };
    let (runner, sums) = (runner.clone(), Arc::clone(sums));
    Some(Trial::test(name, move || {
        run(entry, variant, target, &runner, &sums)
    }))
}

fn run(
    entry: &Entry,
    variant: &Variant,
    target: &Target,
    runner: &Runner,
    sums: &Sums,
) -> Result<(), Failed> {
    let script = entry.script()?;
    let outcomes = variant.run(&script, target, runner)?;
    let title = format!("{}, {}", target.name, variant.name);
    let mut sums = sums.lock().expect("no test panics with it");
    sums.entry(title).or_default().add(&outcomes);
    match failures(&outcomes) {
        Some(failures) => Err(failures.into()),
        None => Ok(()),
    }
}
