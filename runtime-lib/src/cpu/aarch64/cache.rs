//! Hints to the caches of aarch64.

/// Says that an address will soon be read.
#[inline(always)]
pub fn prefetch(address: usize) {
    // SAFETY: changes nothing, whatever the address.
    unsafe {
        core::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, preserves_flags, readonly));
    }
}
