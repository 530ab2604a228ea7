//! What an aarch64 CPU has beyond the baseline.

/// The names of [`features`].
pub const FEATURES: &[&str] = wasi_aot_abi::cpu::AARCH64;

/// What the CPU has: bits of [`FEATURES`]. Programs cannot ask it themselves: `system` is the
/// system's word of what it has, in which a bit has the place that Linux gives to it.
pub fn features(system: impl FnOnce() -> usize) -> u64 {
    // HWCAP_ATOMICS
    const ATOMICS: u32 = 8;
    system() as u64 >> ATOMICS & 1
}
