//! The `wasi-aot` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
