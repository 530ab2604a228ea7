//! Cache hints of x86-64.

/// Hints that an address will soon be read.
#[inline(always)]
pub fn prefetch(address: usize) {
    // SAFETY: a prefetch has no effect on memory, whatever the address.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(
            address as *const i8,
        );
    }
}
