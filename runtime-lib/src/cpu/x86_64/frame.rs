//! Frames of functions on x86-64.

use crate::os::fault::Registers;
use core::arch::asm;

/// The caller's frame pointer.
#[inline(always)]
pub fn frame_pointer() -> usize {
    let fp;
    // SAFETY: this only reads a register.
    unsafe { asm!("mov {}, rbp", out(reg) fp, options(nomem, nostack, preserves_flags)) };
    fp
}

/// The return address of the interrupted function, if it has no frame, has not set it up yet, or
/// has left it. `entry`: its first instruction; `None`: the function is unknown, and the result is
/// valid if it has no frame. `readable`: whether 8 bytes of the stack can be read.
///
/// # Safety
/// `entry`, if present, must be that of a function of the program.
pub unsafe fn unframed_return(
    registers: &Registers,
    entry: Option<usize>,
    readable: impl FnOnce(usize) -> bool,
) -> Option<usize> {
    /// `ret`, and `ret` that pops arguments.
    const RETURNS: [u8; 2] = [0xc3, 0xc2];
    let sp = registers.sp();
    /// `push rbp`, with which each function that has a frame begins.
    const PUSH: u8 = 0x55;
    // SAFETY: these are instructions of the program.
    let byte = |at: usize| unsafe { *(at as *const u8) };
    let slot = match entry {
        None => sp,
        Some(entry) if registers.pc() == entry || byte(entry) != PUSH => sp,
        // After `push rbp`.
        Some(entry) if registers.pc() == entry + 1 => sp + 8,
        Some(_) if RETURNS.contains(&byte(registers.pc())) => sp,
        Some(_) => return None,
    };
    // SAFETY: `readable` has checked it.
    readable(slot).then(|| unsafe { *(slot as *const usize) })
}
