//! No threads.

/// Nothing is noted.
pub fn set_pointer(_address: usize) {}

/// Null.
///
/// # Safety
/// None is needed here.
pub unsafe fn pointer() -> usize {
    0
}

/// Starts nothing: `ENOSYS`.
///
/// # Safety
/// None is needed here.
pub unsafe extern "C" fn start(
    _sp: usize,
    _function: unsafe extern "C" fn(pointer: usize) -> !,
    _pointer: usize,
) -> usize {
    38usize.wrapping_neg()
}

/// Does not return.
///
/// # Safety
/// Never called.
pub unsafe extern "C" fn unmap_and_exit(_address: usize, _len: usize) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
