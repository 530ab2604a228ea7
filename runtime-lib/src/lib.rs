//! The runtime inside every executable.
//!
//! As a member of the workspace this is a plain library, for checks and tests on the host. With
//! `--cfg wasi_aot_object` (set only by `targets/build.rs`) it is the runtime object, which also
//! defines the process entry, the memory functions and the panic handler.
#![no_std]

#[cfg(test)]
extern crate std;

#[macro_use]
pub mod canonical;
pub mod cells;
pub mod component;
#[macro_use]
pub mod cpu;
pub mod end;
pub mod exception;
pub mod fatal;
pub mod fma;
pub mod heap;
pub mod host;
pub mod inherited;
pub mod invoke;
pub mod mapped;
pub mod memory;
pub mod os;
pub mod program;
#[cfg_attr(not(feature = "recovery"), path = "no_recovery.rs")]
pub mod recovery;
pub mod scratch;
pub mod server;
pub mod stack;
pub mod start;
pub mod sync;
pub mod text;
#[cfg_attr(not(feature = "threads"), path = "no_threads.rs")]
pub mod thread;
pub mod trap;
pub mod wall;
pub mod wasi;
