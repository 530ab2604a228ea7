//! The column of x86-64 in the table of system calls.

use crate::os::linux::kernel::number::Numbers;

/// The number of a call.
pub const fn of([x86_64, _]: Numbers) -> usize {
    x86_64
}
