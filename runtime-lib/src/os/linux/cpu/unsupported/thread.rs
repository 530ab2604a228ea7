//! No threads.

use crate::os::linux::Errno;

/// Does nothing.
pub fn set_pointer(_address: usize) {}

/// `ENOSYS`: there are no segments.
pub fn set_segment(_base: usize) -> Result<(), Errno> {
    Err(Errno::ENOSYS)
}

/// Always null.
///
/// # Safety
/// There are no requirements.
pub unsafe fn pointer() -> usize {
    0
}

/// Always `ENOSYS`.
///
/// # Safety
/// There are no requirements.
pub unsafe extern "C" fn start(
    _sp: usize,
    _function: unsafe extern "C" fn(pointer: usize) -> !,
    _pointer: usize,
) -> usize {
    38usize.wrapping_neg()
}

/// Never returns.
///
/// # Safety
/// It is never called.
pub unsafe extern "C" fn unmap_and_exit(_address: usize, _len: usize) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
