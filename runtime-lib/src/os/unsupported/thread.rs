//! No threads.

use super::{Errno, never, refused};

/// Interrupts go on.
pub fn uninterrupted() -> Result<(), Errno> {
    refused()
}

/// Starts nothing.
///
/// # Safety
/// None is needed here.
pub unsafe fn start(
    _sp: usize,
    _function: unsafe extern "C" fn(pointer: usize) -> !,
    _pointer: usize,
) -> Result<(), Errno> {
    refused()
}

/// Remembers nothing.
pub fn set_pointer(_address: usize) {}

/// Null.
///
/// # Safety
/// None is needed here.
pub unsafe fn pointer() -> usize {
    0
}

/// Does not end.
///
/// # Safety
/// None is needed here.
pub unsafe extern "C" fn unmap_and_exit(_address: usize, _len: usize) -> ! {
    never()
}
