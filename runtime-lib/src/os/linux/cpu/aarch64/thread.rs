//! Start and end of a thread on aarch64, and its thread pointer.

use crate::os::linux::{Errno, kernel::number, thread::FLAGS};
use core::arch::{asm, naked_asm};

/// Sets the value of [`pointer()`] in this thread. The word at `address` must hold this address.
pub fn set_pointer(address: usize) {
    // SAFETY: only `pointer` uses the register in this process.
    unsafe { asm!("msr tpidr_el0, {}", in(reg) address, options(nostack, preserves_flags)) };
}

/// `ENOSYS`: there are no segments.
pub fn set_segment(_base: usize) -> Result<(), Errno> {
    Err(Errno::ENOSYS)
}

/// The address that [`set_pointer`], or `start`, has set in this thread.
///
/// # Safety
/// It must have been set.
#[inline(always)]
pub unsafe fn pointer() -> usize {
    let address;
    // SAFETY: this only reads a register.
    unsafe {
        asm!("mrs {}, tpidr_el0", out(reg) address, options(nostack, pure, nomem, preserves_flags))
    };
    address
}

/// `clone`: starts a thread on the stack that ends at `sp`, a multiple of 16. The thread calls
/// `function(pointer)`, and `pointer` is also its [`pointer()`]. Returns the kernel's result to
/// this thread.
///
/// # Safety
/// The stack must be mapped and unused; `pointer` must point to a word that holds its own address;
/// both must exist as long as the thread. `function` must accept it.
#[unsafe(naked)]
pub unsafe extern "C" fn start(
    sp: usize,
    function: unsafe extern "C" fn(pointer: usize) -> !,
    pointer: usize,
) -> usize {
    naked_asm!(
        ".cfi_startproc",
        // In both threads the kernel preserves all registers except x0.
        "mov x5, x1",
        "mov x3, x2",
        "mov x1, x0",
        "movz w0, #{low}",
        "movk w0, #{high}, lsl #16",
        "mov x2, xzr",
        "mov x4, xzr",
        "mov x8, #{number}",
        ".set wasi_aot_syscall.clone, {number}",
        ".reloc ., R_AARCH64_NONE, {number}",
        "svc #0",
        "cbz x0, 2f",
        "ret",
        "2:",
        // The new thread, in its outermost frame.
        ".cfi_undefined x30",
        "mov x29, xzr",
        "mov x30, xzr",
        "mov x0, x3",
        "blr x5",
        "udf #0",
        ".cfi_endproc",
        low = const FLAGS & 0xffff,
        high = const FLAGS >> 16,
        number = const number::clone,
    )
}

/// Ends this thread, whose stack may be within the unmapped pages.
///
/// # Safety
/// Only this thread may use the pages, and it must receive no more signals.
#[unsafe(naked)]
pub unsafe extern "C" fn unmap_and_exit(address: usize, len: usize) -> ! {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_undefined x30",
        "mov x8, #{munmap}",
        ".set wasi_aot_syscall.munmap, {munmap}",
        ".reloc ., R_AARCH64_NONE, {munmap}",
        "svc #0",
        "mov x0, xzr",
        "mov x8, #{exit}",
        ".set wasi_aot_syscall.exit, {exit}",
        ".reloc ., R_AARCH64_NONE, {exit}",
        "svc #0",
        "udf #0",
        ".cfi_endproc",
        munmap = const number::munmap,
        exit = const number::exit,
    )
}
