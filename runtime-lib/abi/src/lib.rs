//! The contract between a compiled program and the runtime: structures, symbol names, trap codes,
//! the encoding of code sites, and the syntax of grants. The compiler and the runtime never import
//! each other, only this crate.
//!
//! Everything here is plain data. A change of meaning or layout increments [`ABI_VERSION`].
#![no_std]

pub mod component;
pub mod cpu;
pub mod exceptions;
pub mod heap;
pub mod http;
pub mod invoke;
pub mod lines;
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
pub const ABI_VERSION: u32 = 14;

/// A WebAssembly 1.0 page, in bytes.
pub const WASM_PAGE: u64 = 65536;

/// The maximum of the program's stack that a host call may use, in bytes. The thunk of every host
/// call compares the stack pointer with `wasi_aot_stack_limit`, which is this far above the guard.
pub const HOST_STACK: u64 = 64 * 1024;

/// The size of the guard below the program's stack, in bytes. The prologue of a larger frame probes
/// each page of it.
pub const STACK_GUARD: u64 = 64 * 1024;

/// The minimum stack size of a program, in bytes: twice the part for a host call.
pub const MIN_STACK: u64 = 2 * HOST_STACK;

/// The maximum stack size, in bytes: it must fit between the image and the end of every target's
/// address space.
pub const MAX_STACK: u64 = 64 << 30;

/// The minimum heap size of a program, in bytes.
pub const MIN_HEAP: u64 = 1 << 20;

/// The maximum of elements that all tables of a program together may have at start; and also of the
/// elements by which they may grow. It is wasmparser's limit for the minimum of one table.
pub const MAX_TABLE_ELEMENTS: u64 = 10_000_000;

/// The maximum of threads that a program may have at once, in addition to the first.
pub const MAX_THREADS: usize = 1000;

/// The maximum of subscriptions of a `poll_oneoff`, or pollables of a `poll`.
pub const MAX_POLLED: usize = 100_000;

/// The maximum of descriptors that a program may have open at once, whatever `--max-open-files` and
/// the system allow.
pub const MAX_DESCRIPTORS: usize = 1 << 20;

/// The default of `--max-stack`, in bytes.
pub const DEFAULT_STACK: u64 = 8 * 1024 * 1024;
