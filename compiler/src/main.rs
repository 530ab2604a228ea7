//! The `wasi-aot` command.

use std::process::ExitCode;

#[global_allocator]
static MEMORY: wasi_aot::cli::memory::Memory = wasi_aot::cli::memory::Memory;

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
