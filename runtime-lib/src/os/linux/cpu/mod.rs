//! The parts of Linux that differ between CPUs: a folder of the same files for each. [`crate::cpu`]
//! has the list of CPUs.
//!
//! | file | contents |
//! |---|---|
//! | `call` | `system_call!`, the instruction |
//! | `clocks` | names of the vDSO's functions |
//! | `entry` | `process_entry!`, where the kernel enters a process |
//! | `fault` | the signals of faults, the interrupted registers, the return from a handler |
//! | `files` | `struct stat`, and flags of `open` |
//! | `number` | the column in the table of system calls |
//! | `thread` | start and end of a thread, and its thread pointer |

/// Defines [`wasi_aot_abi::symbols::SIGNAL_RETURN`] here. The library does not define it, because
/// it would clash with the C library's.
#[cfg(all(wasi_aot_object, not(wasi_aot_unsupported_cpu)))]
macro_rules! signal_return_label {
    () => {
        ".globl __restore_rt\n.type __restore_rt, @function\n__restore_rt:"
    };
}
#[cfg(not(any(wasi_aot_object, wasi_aot_unsupported_cpu)))]
macro_rules! signal_return_label {
    () => {
        ""
    };
}

choose_cpu!();

// An item that a CPU lacks is a compile error here that names it.
pub(in crate::os::linux) use chosen::call::system_call;
#[cfg(wasi_aot_object)]
pub(crate) use chosen::entry::process_entry;
pub use chosen::{
    clocks::{GETRES, GETTIME},
    fault::{Registers, TRAPS, signal_return},
    files::{DIRECTORY, NOFOLLOW, RawStat},
    number::of as number_of,
    thread::{pointer, set_pointer, set_segment, start, unmap_and_exit},
};
