//! No frames.

use crate::os::fault::Registers;

/// There is none.
pub fn frame_pointer() -> usize {
    0
}

/// Nothing is known.
///
/// # Safety
/// None is needed here.
pub unsafe fn unframed_return(
    _registers: &Registers,
    _entry: Option<usize>,
    _readable: impl FnOnce(usize) -> bool,
) -> Option<usize> {
    None
}
