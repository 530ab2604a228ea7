//! The `wasi-aot` command for the tests: cargo builds binaries only for the tests of the same
//! package.

use std::process::ExitCode;
use wasi_aot_process::memory::Memory;

#[global_allocator]
static MEMORY: Memory = Memory(wasi_aot::Code::Limit.as_str());

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
