//! The `wasi-aot` command as the benchmarks call it.

use std::process::ExitCode;

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
