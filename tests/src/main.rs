//! The `wasi-aot` command as the tests call it: cargo builds a binary for the tests of its own
//! package only.

use std::process::ExitCode;

#[global_allocator]
static MEMORY: wasi_aot::cli::memory::Memory = wasi_aot::cli::memory::Memory;

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
