//! The column of aarch64 in the table of system calls.

use crate::os::linux::kernel::number::Numbers;

/// The number of a call.
pub const fn of(call: &Numbers) -> usize {
    call.aarch64
}
