//! No frames.

use crate::os::signal::Context;

/// There is none.
pub fn frame_pointer() -> usize {
    0
}

/// Nothing is known.
///
/// # Safety
/// None is needed here.
pub unsafe fn unframed_return(
    _context: &Context,
    _entry: Option<usize>,
    _readable: impl FnOnce(usize) -> bool,
) -> Option<usize> {
    None
}
