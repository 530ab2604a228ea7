//! Beginning and end of a thread on aarch64, and where it knows itself by.

use crate::os::linux::{kernel::number, thread::FLAGS};
use core::arch::{asm, naked_asm};

/// Makes `address` what [`pointer()`] gives in this thread. A word there must hold the address
/// itself.
pub fn set_pointer(address: usize) {
    // SAFETY: nothing of the process uses the register but `pointer`.
    unsafe { asm!("msr tpidr_el0, {}", in(reg) address, options(nostack, preserves_flags)) };
}

/// What [`set_pointer`], or `start`, was told in this thread.
///
/// # Safety
/// It was told something.
#[inline(always)]
pub unsafe fn pointer() -> usize {
    let address;
    // SAFETY: reads a register.
    unsafe {
        asm!("mrs {}, tpidr_el0", out(reg) address, options(nostack, pure, nomem, preserves_flags))
    };
    address
}

/// `clone`: starts a thread on the stack that ends at `sp`, a multiple of 16, which calls
/// `function(pointer)`; `pointer` is its [`pointer()`], too. What the kernel returned to this
/// thread.
///
/// # Safety
/// The stack is mapped and nobody else uses it; `pointer` points to a word that holds its own
/// address; both last as long as the thread. `function` may be called with it.
#[unsafe(naked)]
pub unsafe extern "C" fn start(
    sp: usize,
    function: unsafe extern "C" fn(pointer: usize) -> !,
    pointer: usize,
) -> usize {
    naked_asm!(
        ".cfi_startproc",
        // The kernel leaves all registers but x0 to both threads.
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
        // The new thread: its outermost frame.
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

/// Ends this thread, whose stack may be in the pages that go.
///
/// # Safety
/// Nobody uses the pages but this thread, and no signal comes any more.
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
