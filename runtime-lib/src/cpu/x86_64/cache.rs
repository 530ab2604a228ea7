//! Hints to the caches of x86-64.

/// Says that an address will soon be read.
#[inline(always)]
pub fn prefetch(address: usize) {
    // SAFETY: changes nothing, whatever the address.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(
            address as *const i8,
        );
    }
}
