//! No frames.

use crate::os::fault::Registers;

/// Always 0.
pub fn frame_pointer() -> usize {
    0
}

/// Always unknown.
///
/// # Safety
/// There are no requirements.
pub unsafe fn unframed_return(
    _registers: &Registers,
    _entry: Option<usize>,
    _readable: impl FnOnce(usize) -> bool,
) -> Option<usize> {
    None
}
