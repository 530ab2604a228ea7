//! Detects the features of an aarch64 CPU beyond the baseline.

/// The names of [`features`].
pub const FEATURES: &[&str] = wasi_aot_abi::cpu::AARCH64;

/// The CPU's features: bits of [`FEATURES`]. Programs cannot query the CPU itself: `system` returns
/// the system's word of features, with bits in Linux's positions.
pub fn features(system: impl FnOnce() -> usize) -> u64 {
    // HWCAP_ATOMICS
    const ATOMICS: u32 = 8;
    system() as u64 >> ATOMICS & 1
}
