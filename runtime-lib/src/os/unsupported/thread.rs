//! No threads.

use super::{Errno, never, refused};

/// Does nothing.
pub fn uninterrupted() -> Result<(), Errno> {
    refused()
}

/// Starts nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn start(
    _sp: usize,
    _function: unsafe extern "C" fn(pointer: usize) -> !,
    _pointer: usize,
) -> Result<(), Errno> {
    refused()
}

/// Does nothing.
pub fn set_pointer(_address: usize) {}

/// `ENOSYS`: there are no segments.
pub fn set_segment(_base: usize) -> Result<(), Errno> {
    refused()
}

/// Always null.
///
/// # Safety
/// There are no requirements.
pub unsafe fn pointer() -> usize {
    0
}

/// Never returns.
///
/// # Safety
/// There are no requirements.
pub unsafe extern "C" fn unmap_and_exit(_address: usize, _len: usize) -> ! {
    never()
}
