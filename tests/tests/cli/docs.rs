//! The README says what is true: its table of error codes, its list of options, its commands.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    trials![
        every_error_code_is_documented,
        every_option_is_documented,
        every_variable_is_documented
    ]
}

fn readme() -> std::io::Result<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md"))
}

fn every_error_code_is_documented() -> Result<(), Failed> {
    let readme = readme()?;
    for code in wasi_aot::Code::ALL {
        let code = code.as_str();
        ensure!(
            readme.contains(&format!("| {code} |")),
            "{code} is not in the README's table"
        );
    }
    let mentioned = readme
        .lines()
        .filter(|line| line.starts_with("| E"))
        .count();
    ensure!(
        mentioned == wasi_aot::Code::ALL.len(),
        "the README has {mentioned} codes"
    );
    Ok(())
}

/// The README's tables have the options of all verbs, and no others.
fn every_option_is_documented() -> Result<(), Failed> {
    let readme = readme()?;
    let rows = readme.lines().filter(|line| line.starts_with("| `-"));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    let documented: BTreeSet<String> = cells.flat_map(options).collect();
    let scratch = Scratch::new()?;
    let mut there = BTreeSet::new();
    for verb in [&[][..], &["build"], &["run"], &["inspect"]] {
        let help = scratch.wasi_aot(&[verb, &["--help"]].concat()).stdout;
        let help = String::from_utf8(help)?;
        let lines = help.lines().map(str::trim_start);
        let headings = lines.filter(|line| line.starts_with('-'));
        there.extend(headings.flat_map(options));
    }
    there.remove("--help");
    ensure!(
        documented == there,
        "only in the README: {:?}; not in its tables: {:?}",
        documented.difference(&there).collect::<Vec<_>>(),
        there.difference(&documented).collect::<Vec<_>>()
    );
    Ok(())
}

/// What users can set, as far as the help of the verbs names it.
fn every_variable_is_documented() -> Result<(), Failed> {
    let (readme, scratch) = (readme()?, Scratch::new()?);
    let help = scratch.wasi_aot(&["run", "--help"]).stdout;
    let help = String::from_utf8(help)?;
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let variables: BTreeSet<_> = words.filter(|word| word.starts_with("WASI_AOT_")).collect();
    ensure!(variables.len() > 5, "the help names {variables:?} only");
    for variable in variables {
        ensure!(readme.contains(variable), "{variable} is not in the README");
    }
    Ok(())
}

/// The long options in a text.
fn options(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let long =
        words.filter(|word| word.starts_with("--") || word.starts_with("-") && word.len() > 2);
    long.map(|word| format!("--{}", word.trim_start_matches('-')))
}
