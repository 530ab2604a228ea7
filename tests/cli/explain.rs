//! `wasi-aot explain` has a text for every code, and its example causes the error.

use crate::ensure;
use crate::scratch::Scratch;
use libtest_mimic::{Failed, Trial};
use wasi_aot::Code;

/// A test for each code.
pub fn trials() -> Vec<Trial> {
    let codes = Code::ALL.iter();
    codes
        .map(|code| Trial::test(format!("explain::{}", code.as_str()), || check(*code)))
        .collect()
}

/// Whether a code has an example: no command line causes the others.
fn has_example(code: Code) -> bool {
    !matches!(code, Code::Component | Code::Bug)
}

fn check(code: Code) -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let output = scratch.wasi_aot(&["explain", &code.as_str().to_lowercase()]);
    let text = String::from_utf8(output.stdout)?;
    let title = format!("# {}: ", code.as_str());
    ensure!(
        text.starts_with(&title) && text.contains("\n## Way out\n"),
        "{text}"
    );
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    let script: String = lines
        .map(|line| format!("{}\n", line.strip_prefix("$ ").unwrap_or(line)))
        .collect();
    ensure!(has_example(code) != script.is_empty(), "{text}");
    if has_example(code) {
        let output = scratch.shell(&format!("exec 2>&1\n{script}"));
        let printed = String::from_utf8_lossy(&output.stdout);
        let expected = format!("error[{}]", code.as_str());
        ensure!(printed.contains(&expected), "{script}{printed}");
    }
    Ok(())
}
