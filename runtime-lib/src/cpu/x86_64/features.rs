//! Detects the features of an x86-64 CPU beyond the baseline.

use core::arch::asm;

/// The names of [`features`].
pub const FEATURES: &[&str] = wasi_aot_abi::cpu::X86_64;

/// The features of the CPU for which the system also saves registers: bits of [`FEATURES`]. The CPU
/// reports both, so `_system` is not called.
pub fn features(_system: impl FnOnce() -> usize) -> u64 {
    // Registers of AVX, and of AVX-512, which the system must have enabled.
    const YMM: u32 = 0x6;
    const ZMM: u32 = 0xe6;
    let [_, _, one, _] = cpuid(1);
    let [_, seven_b, seven_c, _] = cpuid(7);
    let [_, _, extended, _] = cpuid(0x8000_0001);
    let kept = if one >> 27 & 1 != 0 {
        // SAFETY: the bit says that the instruction exists.
        unsafe { xcr0() }
    } else {
        0
    };
    let (ymm, zmm) = (kept & YMM == YMM, kept & ZMM == ZMM);
    let bit = |word: u32, bit: u32| word >> bit & 1 != 0;
    [
        ymm && bit(one, 28),
        ymm && bit(seven_b, 5),
        bit(seven_b, 3),
        bit(seven_b, 8),
        ymm && bit(one, 12),
        bit(extended, 5),
        zmm && bit(seven_b, 16),
        zmm && bit(seven_b, 17),
        zmm && bit(seven_b, 31),
        zmm && bit(seven_c, 12),
        zmm && bit(seven_c, 1),
    ]
    .iter()
    .rev()
    .fold(0, |bits, has| bits << 1 | u64::from(*has))
}

/// The `cpuid` instruction with sub-leaf 0: eax, ebx, ecx, edx; zeros for a leaf that does not
/// exist.
fn cpuid(leaf: u32) -> [u32; 4] {
    let (kind, mut eax) = (leaf & 0x8000_0000, leaf);
    let highest: u32;
    let (b, c, d): (u64, u32, u32);
    // SAFETY: every x86-64 CPU has it. The compiler reserves rbx, so it is saved and restored.
    unsafe {
        asm!("mov {b}, rbx", "cpuid", "xchg {b}, rbx", b = out(reg) _, inlateout("eax") kind => highest,
            inlateout("ecx") 0 => _, out("edx") _, options(nomem, nostack, preserves_flags));
        if leaf > highest {
            return [0; 4];
        }
        asm!("mov {b}, rbx", "cpuid", "xchg {b}, rbx", b = out(reg) b, inlateout("eax") eax,
            inlateout("ecx") 0 => c, out("edx") d, options(nomem, nostack, preserves_flags));
    }
    [eax, b as u32, c, d]
}

/// The registers that the system has enabled.
///
/// # Safety
/// The CPU must have `xgetbv`.
unsafe fn xcr0() -> u32 {
    let low: u32;
    // SAFETY: as required of the caller.
    unsafe {
        asm!("xgetbv", in("ecx") 0, out("eax") low, out("edx") _, options(nomem, nostack, preserves_flags));
    }
    low
}
