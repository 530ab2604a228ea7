//! The runtime's interface to the CPU: one contract, with a folder of the same files for each CPU,
//! chosen only here.
//!
//! Code that also depends on the operating system (such as its calling convention) is in the folder
//! of that system.
//!
//! | file | contents |
//! |---|---|
//! | `cache` | hints |
//! | `features` | the CPU features beyond the baseline of the target |
//! | `frame` | frames of functions, for the backtrace |
//! | `memory` | the memory functions that compiled code calls, in assembly |
//! | `stack` | calls on another stack, and leaving a stack's frames |
//!
//! The program's `memory.copy` and `memory.fill`, and the copies that rustc generates, call the
//! memory functions. They are in assembly, so that rustc cannot turn them into calls of themselves.

pub mod check;
#[cfg(test)]
mod tests;

/// Declares the module of the target's CPU, under the name `chosen`: the single list of CPUs, for
/// this folder and for those of systems. rustfmt does not find modules in macros;
/// `runtime-lib/tests/contract.rs` checks the format of their files.
macro_rules! choose_cpu {
    () => {
        #[cfg(all(target_arch = "aarch64", not(wasi_aot_unsupported_cpu)))]
        mod aarch64;
        #[cfg(all(target_arch = "aarch64", not(wasi_aot_unsupported_cpu)))]
        use aarch64 as chosen;

        #[cfg(all(target_arch = "x86_64", not(wasi_aot_unsupported_cpu)))]
        mod x86_64;
        #[cfg(all(target_arch = "x86_64", not(wasi_aot_unsupported_cpu)))]
        use x86_64 as chosen;

        #[cfg(wasi_aot_unsupported_cpu)]
        mod unsupported;
        #[cfg(wasi_aot_unsupported_cpu)]
        use unsupported as chosen;
    };
}

choose_cpu!();

// The contract. An item that a CPU lacks is a compile error here that names it.
pub use chosen::{
    cache::prefetch,
    features::{FEATURES, features},
    frame::{frame_pointer, unframed_return},
    memory::{bcmp, memcmp, memcpy, memmove, memset, strlen},
    stack::{call_on_stack, land, resume},
};

/// The types of the contract's functions.
const _: () = {
    type Compare = unsafe extern "C" fn(*const u8, *const u8, usize) -> i32;
    type Copy = unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8;
    type Called = unsafe extern "C" fn(usize) -> usize;
    type Readable = fn(usize) -> bool;
    type Unframed = unsafe fn(&Registers, Option<usize>, Readable) -> Option<usize>;
    let _: fn(usize) = prefetch;
    let _: &[&str] = FEATURES;
    let _: fn(fn() -> usize) -> u64 = features;
    let _: fn() -> usize = frame_pointer;
    let _: Unframed = unframed_return;
    let _: [Compare; 2] = [bcmp, memcmp];
    let _: [Copy; 2] = [memcpy, memmove];
    let _: unsafe extern "C" fn(*mut u8, i32, usize) -> *mut u8 = memset;
    let _: unsafe extern "C" fn(*const u8) -> usize = strlen;
    let _: unsafe extern "C" fn(usize, Called, usize, *mut usize) -> usize = call_on_stack;
    let _: unsafe extern "C" fn(usize, usize, usize, u64) -> ! = land;
    let _: unsafe extern "C" fn(usize, usize) -> ! = resume;
};

use crate::os::fault::Registers;

/// Defines a function of the C library in assembly. Outside the runtime object it has another name,
/// because the host's C library defines this one.
#[cfg(not(wasi_aot_unsupported_cpu))]
macro_rules! c_function {
    ($(#[$doc:meta])* $name:ident($($parameter:ident: $type:ty),*) -> $result:ty; $($body:tt)*) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// As for the function of this name in C.
        #[unsafe(naked)]
        #[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
        pub unsafe extern "C" fn $name($($parameter: $type),*) -> $result {
            core::arch::naked_asm!(".cfi_startproc", $($body)*)
        }
    };
}
#[cfg(not(wasi_aot_unsupported_cpu))]
use c_function;
