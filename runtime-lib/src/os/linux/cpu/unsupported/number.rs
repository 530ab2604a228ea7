//! No column in the table of system calls.

use crate::os::linux::kernel::number::Numbers;

/// No call has a number.
pub const fn of(_call: Numbers) -> usize {
    0
}
