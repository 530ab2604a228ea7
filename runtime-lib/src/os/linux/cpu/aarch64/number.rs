//! The column of aarch64 in the table of system calls.

use crate::os::linux::kernel::number::Numbers;

/// The number of a call.
pub const fn of([_, aarch64]: Numbers) -> usize {
    aarch64
}
