//! What a compiled program and the runtime agree on: structures, symbol names, trap codes, the
//! encoding of code sites, and the words in which grants are written. The compiler and the runtime never import each other, only this.
//!
//! Everything here is plain data. A change of meaning or layout raises [`ABI_VERSION`].
#![no_std]

pub mod component;
pub mod cpu;
pub mod exceptions;
pub mod heap;
pub mod invoke;
pub mod linux;
pub mod preview1;
pub mod program;
pub mod sites;
pub mod symbols;
pub mod traps;
pub mod variables;
pub mod words;

pub use program::{Config, Dir, FunctionEntry, Program, Region, Str};
pub use traps::Trap;

/// The version of the contract. The runtime refuses a program of another version.
pub const ABI_VERSION: u32 = 9;

/// A WebAssembly 1.0 page, in bytes.
pub const WASM_PAGE: u64 = 65536;

/// What a host call may use of the program's stack, in bytes. The thunk in front of every host
/// call compares the stack pointer with `wasi_aot_stack_limit`, which lies this far above the guard.
pub const HOST_STACK: u64 = 64 * 1024;

/// The size of the guard below the program's stack, in bytes. Frames larger than this are probed
/// page by page in their prologue.
pub const STACK_GUARD: u64 = 64 * 1024;

/// The smallest stack a program may have, in bytes: what a host call may use, and as much again.
pub const MIN_STACK: u64 = 2 * HOST_STACK;

/// The largest, in bytes: it must fit between the image and the top of every target's address space.
pub const MAX_STACK: u64 = 64 << 30;

/// The smallest heap a program may have, in bytes.
pub const MIN_HEAP: u64 = 1 << 20;

/// Elements that the tables of a program may have at start, all together; and again what they may grow by. wasmparser's limit for the
/// minimum of one table.
pub const MAX_TABLE_ELEMENTS: u64 = 10_000_000;

/// Threads that a program may have at once beside the first.
pub const MAX_THREADS: usize = 1000;

/// Subscriptions of one `poll_oneoff`, pollables of one `poll`.
pub const MAX_POLLED: usize = 100_000;

/// Descriptors that a program may have open at once, whatever `--max-open-files` and the system say.
pub const MAX_DESCRIPTORS: usize = 1 << 20;

/// The default of `--max-stack`, in bytes.
pub const DEFAULT_STACK: u64 = 8 * 1024 * 1024;
