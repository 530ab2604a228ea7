//! The `wasi-aot` command as the tests call it: cargo builds a binary for the tests of its own
//! package only.

use std::process::ExitCode;
use wasi_aot_process::memory::Memory;

#[global_allocator]
static MEMORY: Memory = Memory(wasi_aot::Code::Limit.as_str());

fn main() -> ExitCode {
    wasi_aot::cli::main()
}
