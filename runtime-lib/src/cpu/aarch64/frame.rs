//! Frames of functions on aarch64.

use crate::os::fault::Registers;
use core::arch::asm;

/// The caller's frame pointer.
#[inline(always)]
pub fn frame_pointer() -> usize {
    let fp;
    // SAFETY: this only reads a register.
    unsafe { asm!("mov {}, x29", out(reg) fp, options(nomem, nostack, preserves_flags)) };
    fp
}

/// The return address of the interrupted function, if it has not set up its frame yet, or has left
/// it. `entry`: its first instruction; `None`: the function is unknown, and the result is valid if
/// it has no frame. `readable`: whether 8 bytes of the stack can be read.
///
/// # Safety
/// `entry`, if present, must be that of a function of the program.
pub unsafe fn unframed_return(
    registers: &Registers,
    entry: Option<usize>,
    _readable: impl FnOnce(usize) -> bool,
) -> Option<usize> {
    const RET: u32 = 0xd65f_03c0;
    /// `add sp, sp, #N` without its immediate; it pops arguments.
    const ADD_SP: u32 = 0x9100_03ff;
    // SAFETY: these are instructions of the program; a `ret` or a branch is its last.
    let word = |at: usize| unsafe { *(at as *const u32) };
    let pc = registers.pc();
    let unframed = match entry {
        None => true,
        // The second instruction sets the frame pointer.
        Some(entry) if pc == entry || pc == entry + 4 => true,
        Some(_) => {
            let removes = word(pc) & 0xff80_03ff == ADD_SP;
            word(pc) == RET || removes && word(pc + 4) == RET
        }
    };
    if unframed { registers.link() } else { None }
}
