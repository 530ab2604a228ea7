//! The README says what is true: its table of error codes, its list of options, its commands.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    trials![every_error_code_is_documented, every_option_is_documented]
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

fn every_option_is_documented() -> Result<(), Failed> {
    let readme = readme()?;
    let scratch = Scratch::new()?;
    for verb in ["build", "run", "inspect"] {
        let help = scratch.wasi_aot(&[verb, "--help"]).stdout;
        let help = String::from_utf8(help)?;
        let words = help.split(|c: char| c.is_whitespace() || "[],=\"`".contains(c));
        for option in words.filter(|word| word.starts_with("--") && word.len() > 2) {
            let known = option.starts_with("--its-own") || option == "--help";
            ensure!(
                known || readme.contains(option),
                "{verb} {option} is not in the README"
            );
        }
    }
    Ok(())
}
