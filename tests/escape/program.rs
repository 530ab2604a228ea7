//! The program that the runtime finds itself in here: an empty one, without grants or limits.

use wasi_aot_abi::{Config, Program};

#[unsafe(export_name = "wasi_aot_program")]
static PROGRAM: Program = Program {
    config: &CONFIG,
    // SAFETY: numbers, pointers that may be null when there is nothing, and an entry that need not be.
    ..unsafe { std::mem::zeroed() }
};

// SAFETY: as above.
static CONFIG: Config = unsafe { std::mem::zeroed() };
