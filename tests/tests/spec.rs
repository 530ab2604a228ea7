//! Runs the specification's scripts as native programs: a script and a way to build it is a test.
//!
//! All scripts run for the host. For other targets they run in an emulator: a few of them always,
//! the rest with `--include-ignored`.

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeMap;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex};
use wasi_aot_targets::{Runtime, TARGETS, Target};
use wasi_aot_tests::spec::report::{Totals, failures};
use wasi_aot_tests::spec::script::Script;
use wasi_aot_tests::spec::suite::{self, Entry};
use wasi_aot_tests::spec::variant::{VARIANTS, Variant};

/// Scripts that run in emulators always: every kind of trap, memory and table, calls, floats.
const EMULATED: &[&str] = &[
    "bulk",
    "call_indirect",
    "conversions",
    "f32",
    "i64",
    "linking",
    "memory_grow",
    "stack",
    "traps",
    "skip-stack-guard-page",
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
            eprintln!("tests/spec/cut.txt: {error}");
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
        let trial = |variant| trial(entry, variant, target, None, sums);
        return VARIANTS.iter().filter_map(trial).collect();
    };
    let name = format!("spec::{}::cut", entry.name);
    vec![Trial::test(name, move || {
        match run(entry, &VARIANTS[0], target, None, &Sums::default()) {
            Ok(()) => Err(format!("passes, but tests/spec/cut.txt cuts it for {feature}").into()),
            Err(_) => Ok(()),
        }
    })]
}

/// The tests for a target that is not the host's.
fn foreign(target: &'static Target, scripts: &[&'static Entry], sums: &Sums) -> Vec<Trial> {
    let name = format!("spec::{}", target.name);
    let emulator = format!("qemu-{}", target.name.split('-').next().unwrap_or_default());
    let missing = match target.runtime {
        Runtime::Missing(help) => Some(help.to_owned()),
        Runtime::Object { .. } => Command::new(&emulator)
            .arg("--version")
            .output()
            .err()
            .map(|error| format!("{emulator}: {error}; install Debian's `qemu-user`")),
    };
    if let Some(missing) = missing {
        // A newcomer need not have what CI must have.
        let optional = std::env::var_os("CI").is_none();
        if optional {
            eprintln!("{name} is not run: {missing}");
        }
        let trial = Trial::test(name, move || Err(missing.into()));
        return vec![trial.with_ignored_flag(optional)];
    }
    let emulator: &'static str = emulator.leak();
    let trials = scripts.iter().filter(|entry| entry.cut.is_none());
    let trials = trials.flat_map(|entry| {
        VARIANTS.iter().filter_map(|variant| {
            let long = !EMULATED.contains(&&*entry.name);
            let trial = trial(entry, variant, target, Some(emulator), sums)?;
            Some(trial.with_ignored_flag(long))
        })
    });
    trials.collect()
}

/// The test of a script built one way, if it can be built so.
fn trial(
    entry: &'static Entry,
    variant: &'static Variant,
    target: &'static Target,
    emulator: Option<&'static str>,
    sums: &Sums,
) -> Option<Trial> {
    if !variant.serves(entry) {
        return None;
    }
    let name = match emulator {
        Some(_) => format!("spec::{}::{}::{}", entry.name, variant.name, target.name),
        None => format!("spec::{}::{}", entry.name, variant.name),
    };
    let sums = Arc::clone(sums);
    Some(Trial::test(name, move || {
        run(entry, variant, target, emulator, &sums)
    }))
}

fn run(
    entry: &Entry,
    variant: &Variant,
    target: &Target,
    emulator: Option<&str>,
    sums: &Sums,
) -> Result<(), Failed> {
    let script = Script::parse(entry.text)?;
    let outcomes = variant.run(&script, target, emulator)?;
    let title = format!("{}, {}", target.name, variant.name);
    let mut sums = sums.lock().expect("no test panics with it");
    sums.entry(title).or_default().add(&outcomes);
    match failures(&outcomes) {
        Some(failures) => Err(failures.into()),
        None => Ok(()),
    }
}
