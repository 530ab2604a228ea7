//! The `wasi-aot` command as the tests call it: cargo builds a binary for the tests of its own
//! package only.

use std::process::ExitCode;

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
