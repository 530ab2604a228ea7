//! `--invoke` of core modules prints what `wasmtime run --invoke` prints. Each line of
//! `tests/cli/entries/calls.txt` is the name of an export of `values.wat`, and its values.

use crate::scratch::Scratch;
use libtest_mimic::{Failed, Trial};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    let name = "wasmtime/calls";
    vec![match tool::in_path("wasmtime") {
        Some(_) => Trial::test(name, agree),
        None => tool::left_out(name, "no wasmtime in PATH"),
    }]
}

fn agree() -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/entries");
    let scratch = Scratch::new()?;
    fs::copy(folder.join("values.wat"), scratch.path("values.wat"))?;
    let mut problems = String::new();
    for call in fs::read_to_string(folder.join("calls.txt"))?.lines() {
        let (name, values) = call.split_once(' ').unwrap_or((call, ""));
        let rest = format!("--invoke {name} values.wat {values}");
        let theirs = format!("wasmtime run -W gc=y,exceptions=y {rest}");
        let theirs = scratch.shell(&theirs);
        let ours = scratch.shell(&format!("wasi-aot run -q {rest}"));
        let ends = |output: &std::process::Output| tool::status(output);
        if ours.stdout != theirs.stdout || ends(&ours) != ends(&theirs) {
            writeln!(problems, "{call}: ours {ours:?}, theirs {theirs:?}")?;
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.into()),
    }
}
