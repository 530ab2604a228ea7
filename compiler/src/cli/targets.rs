//! `wasi-aot targets`: for which machines this build of wasi-aot makes programs.

use super::print_line;
use crate::Result;
use std::fmt::Write as _;
use wasi_aot_targets::{Runtime, TARGETS, Target};

/// Runs the verb.
pub fn run() -> Result<()> {
    print_line(table().trim_end())
}

/// The table, and below it how to get what is not there.
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

fn missing(target: &Target) -> Option<(&Target, &str)> {
    match target.runtime() {
        Runtime::Missing(how) => Some((target, how)),
        Runtime::Object { .. } => None,
    }
}

fn row([name, triple, cpu, runtime]: [&str; 4]) -> String {
    format!("{name:<15} {triple:<27} {cpu:<10} {runtime}\n")
}
