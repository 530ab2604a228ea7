//! The `wasi-aot` command for the benchmarks.

use std::process::ExitCode;

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
