//! `wasi-aot targets`: the machines for which this build of wasi-aot can make programs.

use super::print_line;
use crate::Result;
use serde::Serialize;
use std::fmt::Write as _;
use wasi_aot_targets::{Runtime, TARGETS, Target};

/// The version of the `--json` format. It increases when a field changes its meaning or is removed.
const FORMAT: u32 = 1;

/// The output of `--json`.
#[derive(Serialize)]
struct Described {
    format: u32,
    targets: Vec<Row>,
}

/// A target.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    triple: &'static str,
    cpu: &'static str,
    /// Whether this build of wasi-aot includes its runtime.
    present: bool,
    /// Whether it is this machine.
    native: bool,
    /// How to get a runtime that is not included.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
}

/// Runs the verb.
pub fn run(json: bool) -> Result<()> {
    match json {
        true => print_line(&described()),
        false => print_line(table().trim_end()),
    }
}

fn described() -> String {
    let host = wasi_aot_targets::host().map(|target| target.name);
    let targets = TARGETS.iter().map(|target| {
        let missing = missing(target).map(|(_, how)| how);
        Row {
            name: target.name,
            triple: target.triple,
            cpu: target.cpu,
            present: missing.is_none(),
            native: host == Some(target.name),
            missing,
        }
    });
    let described = Described {
        format: FORMAT,
        targets: targets.collect(),
    };
    serde_json::to_string_pretty(&described).expect("plain data has a JSON form")
}

/// The table, followed by instructions to get the missing runtimes.
fn table() -> String {
    let host = wasi_aot_targets::host().map(|target| target.name);
    let mut text = row(["NAME", "TRIPLE", "CPU", "RUNTIME"]);
    for target in TARGETS {
        let state = match (&target.runtime(), host == Some(target.name)) {
            (Runtime::Missing(_), _) => "missing",
            (_, true) => "present, native",
            (_, false) => "present",
        };
        text += &row([target.name, target.triple, target.cpu, state]);
    }
    for (target, how) in TARGETS.iter().filter_map(missing) {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n{}: {how}\n", target.name);
    }
    text
}

fn missing(target: &'static Target) -> Option<(&'static Target, &'static str)> {
    match target.runtime() {
        Runtime::Missing(how) => Some((target, how)),
        Runtime::Object { .. } => None,
    }
}

fn row([name, triple, cpu, runtime]: [&str; 4]) -> String {
    format!("{name:<15} {triple:<27} {cpu:<10} {runtime}\n")
}
