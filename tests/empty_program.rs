//! The program that the runtime finds when tests call its functions: an empty one, without grants
//! or limits.

use wasi_aot_abi::{Config, Program};

/// A test that calls functions of the runtime refers to it: otherwise it is not linked.
#[unsafe(export_name = "wasi_aot_program")]
pub static PROGRAM: Program = Program {
    config: &CONFIG,
    // SAFETY: numbers, pointers that may be null when there is nothing, and an entry that need not
    // be.
    ..unsafe { std::mem::zeroed() }
};

// SAFETY: as above.
static CONFIG: Config = unsafe { std::mem::zeroed() };
