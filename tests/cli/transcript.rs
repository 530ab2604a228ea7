//! Transcripts, `tests/cli/*.cli`: a shell runs each line that starts with `$ ` in a scratch
//! directory. The lines that follow are its output (both streams), and `? N` is the exit status
//! unless it is 0.
//!
//! The directory contains the shipped examples and, if there is one, the files of the folder with
//! the transcript's name. `#` lines are comments. `WASI_AOT_BLESS=1` records the current output.

use crate::scratch::Scratch;
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use wasi_aot_tests::tool;

/// One test per file.
pub fn trials() -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder is readable").path());
    let transcripts = paths.filter(|path| path.extension().is_some_and(|ending| ending == "cli"));
    transcripts
        .map(|path| Trial::test(name(&path), move || check(&path)))
        .collect()
}

fn name(path: &Path) -> String {
    format!(
        "transcript::{}",
        path.file_stem().unwrap_or_default().display()
    )
}

fn check(path: &PathBuf) -> Result<(), Failed> {
    let expected = fs::read_to_string(path)?;
    let scratch = Scratch::new()?;
    if let Ok(files) = fs::read_dir(path.with_extension("")) {
        for file in files {
            let file = file?;
            fs::copy(file.path(), scratch.path(file.file_name()))?;
        }
    }
    let mut seen = String::new();
    let mut in_comment = false;
    for line in expected.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            seen += &format!("{line}\n{}", run(&scratch, command));
            in_comment = false;
        } else if line.starts_with('#') || (line.is_empty() && in_comment) {
            seen += &format!("{line}\n");
            in_comment = line.starts_with('#');
        }
    }
    if seen == expected {
        return Ok(());
    }
    if std::env::var_os("WASI_AOT_BLESS").is_some() {
        return Ok(fs::write(path, seen)?);
    }
    Err(difference(&expected, &seen).into())
}

/// The output of a command, its status, and an empty line.
fn run(scratch: &Scratch, command: &str) -> String {
    let output = scratch.shell(&format!("exec 2>&1\n{command}"));
    let mut text = plain(&String::from_utf8_lossy(&output.stdout));
    if !text.is_empty() && !text.ends_with('\n') {
        text += "\\\n";
    }
    match tool::status(&output) {
        0 => {}
        status => text += &format!("? {status}\n"),
    }
    text + "\n"
}

/// Replaces the parts that differ from run to run: times and version.
fn plain(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    let lines = text
        .split_inclusive('\n')
        .map(|line| match line.split_once(" in ") {
            Some((before, time))
                if line.trim_start().starts_with("Finished") && time.ends_with("s\n") =>
            {
                format!("{before} in [TIME]\n")
            }
            _ => line.to_string(),
        });
    lines.collect()
}

/// The first line that differs, with its current surroundings.
fn difference(expected: &str, seen: &str) -> String {
    let (expected, seen): (Vec<_>, Vec<_>) = (expected.lines().collect(), seen.lines().collect());
    let same = expected
        .iter()
        .zip(&seen)
        .take_while(|(a, b)| a == b)
        .count();
    let line = |text: &[&str]| {
        let line = text.get(same);
        line.map_or("<the end>".into(), |line| format!("{line:?}"))
    };
    let around = &seen[same.saturating_sub(5)..seen.len().min(same + 6)];
    format!(
        "line {}:\nexpected {}\n     got {}\n(WASI_AOT_BLESS=1 writes down what is printed now)\n\n{}",
        same + 1,
        line(&expected),
        line(&seen),
        around.join("\n")
    )
}
