//! Start and end of a thread on x86-64, and its thread pointer.

use crate::os::linux::{Errno, cpu::system_call, kernel::number, thread::FLAGS};
use core::arch::{asm, naked_asm};

/// Sets the value of [`pointer()`] in this thread. The word at `address` must hold this address.
pub fn set_pointer(address: usize) {
    /// `ARCH_SET_FS`, of `arch_prctl`.
    const SET_FS: u32 = 0x1002;
    // SAFETY: only `pointer` uses the register in this process. The call cannot fail for an address
    // of the process.
    unsafe { system_call!([arch_prctl] 158usize; SET_FS, address) };
}

/// Sets the base of the segment of GS, for this thread and those that it starts. `ENOSYS`: the
/// system says that it has, and did not.
pub fn set_segment(base: usize) -> Result<(), Errno> {
    /// `ARCH_SET_GS`, of `arch_prctl`.
    const SET_GS: u32 = 0x1001;
    /// A word that is found by its distance from the base.
    static PROBE: u64 = PROBED;
    const PROBED: u64 = 0x9d1c_57e4_a06b_38f2;
    // SAFETY: only code of the program uses the register in this process.
    Errno::check(unsafe { system_call!([arch_prctl] 158usize; SET_GS, base) })?;
    let distance = (&raw const PROBE).addr().wrapping_sub(base);
    let found: u64;
    // SAFETY: with the right base this reads `PROBE`; with another one, it reads something else or
    // faults, before the program has begun.
    unsafe {
        asm!(
            "mov {}, gs:[{}]", out(reg) found, in(reg) distance,
            options(nostack, pure, readonly, preserves_flags)
        );
    }
    match found {
        PROBED => Ok(()),
        _ => Err(Errno::ENOSYS),
    }
}

/// The address that [`set_pointer`], or `start`, has set in this thread.
///
/// # Safety
/// It must have been set.
#[inline(always)]
pub unsafe fn pointer() -> usize {
    let address;
    // SAFETY: as required of the caller, the word there is the address.
    unsafe {
        asm!("mov {}, fs:[0]", out(reg) address, options(nostack, pure, readonly, preserves_flags))
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
        // In both threads the kernel preserves all registers except rax, rcx and r11.
        "mov r9, rsi",
        "mov r8, rdx",
        "mov rsi, rdi",
        "mov edi, {flags}",
        "xor edx, edx",
        "xor r10d, r10d",
        "mov eax, {number}",
        ".set wasi_aot_syscall.clone, {number}",
        ".reloc ., R_X86_64_NONE, {number}",
        "syscall",
        "test rax, rax",
        "jz 2f",
        "ret",
        "2:",
        // The new thread, in its outermost frame.
        ".cfi_undefined rip",
        "xor ebp, ebp",
        "mov rdi, r8",
        "call r9",
        "ud2",
        ".cfi_endproc",
        flags = const FLAGS,
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
        ".cfi_undefined rip",
        "mov eax, {munmap}",
        ".set wasi_aot_syscall.munmap, {munmap}",
        ".reloc ., R_X86_64_NONE, {munmap}",
        "syscall",
        "xor edi, edi",
        "mov eax, {exit}",
        ".set wasi_aot_syscall.exit, {exit}",
        ".reloc ., R_X86_64_NONE, {exit}",
        "syscall",
        "ud2",
        ".cfi_endproc",
        munmap = const number::munmap,
        exit = const number::exit,
    )
}
