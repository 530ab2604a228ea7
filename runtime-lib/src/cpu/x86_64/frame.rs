//! Frames of functions on x86-64.

use crate::os::fault::Registers;
use core::arch::asm;

/// The caller's frame pointer.
#[inline(always)]
pub fn frame_pointer() -> usize {
    let fp;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, rbp", out(reg) fp, options(nomem, nostack, preserves_flags)) };
    fp
}

/// Where the interrupted function returns to, if it has not made its frame yet, or has left it. `entry`: its first
/// instruction; `None`: nothing is known of the function, and the answer holds if it has no frame at all.
/// `readable`: whether 8 bytes of the stack can be read.
///
/// # Safety
/// With an `entry`, it is that of a function of the program.
pub unsafe fn unframed_return(
    registers: &Registers,
    entry: Option<usize>,
    readable: impl FnOnce(usize) -> bool,
) -> Option<usize> {
    /// `ret`, and `ret` that removes arguments.
    const RETURNS: [u8; 2] = [0xc3, 0xc2];
    let sp = registers.sp();
    let slot = match entry {
        None => sp,
        Some(entry) if registers.pc() == entry => sp,
        // After `push rbp`.
        Some(entry) if registers.pc() == entry + 1 => sp + 8,
        // SAFETY: an instruction of the program.
        Some(_) if RETURNS.contains(unsafe { &*(registers.pc() as *const u8) }) => sp,
        Some(_) => return None,
    };
    // SAFETY: `readable` says so.
    readable(slot).then(|| unsafe { *(slot as *const usize) })
}
