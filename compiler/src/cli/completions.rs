//! `wasi-aot completions`: the script with which a shell completes the command line.

use super::{print_bytes, syntax};
use crate::Result;
use clap_complete::Shell;

/// Prints the script for a shell.
pub fn run(shell: Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut syntax(), "wasi-aot", &mut script);
    // `print_bytes` ends the line.
    print_bytes(script.trim_ascii_end())
}
