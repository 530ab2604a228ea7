//! Cache hints of aarch64.

/// Hints that an address will soon be read.
#[inline(always)]
pub fn prefetch(address: usize) {
    // SAFETY: a prefetch has no effect on memory, whatever the address.
    unsafe {
        core::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, preserves_flags, readonly));
    }
}
