//! Beginning and end of a thread on x86-64, and where it knows itself by.

use crate::os::linux::{cpu::system_call, kernel::number, thread::FLAGS};
use core::arch::{asm, naked_asm};

/// Makes `address` what [`pointer()`] gives in this thread. A word there must hold the address
/// itself.
pub fn set_pointer(address: usize) {
    /// `ARCH_SET_FS`, of `arch_prctl`.
    const SET_FS: u32 = 0x1002;
    // SAFETY: nothing of the process uses the register but `pointer`. It cannot fail for an address
    // of the process.
    unsafe { system_call!([arch_prctl] 158usize; SET_FS, address) };
}

/// What [`set_pointer`], or `start`, was told in this thread.
///
/// # Safety
/// It was told something.
#[inline(always)]
pub unsafe fn pointer() -> usize {
    let address;
    // SAFETY: the caller's: the word there is the address.
    unsafe {
        asm!("mov {}, fs:[0]", out(reg) address, options(nostack, pure, readonly, preserves_flags))
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
        // The kernel leaves all registers but rax, rcx and r11 to both threads.
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
        // The new thread: its outermost frame.
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

/// Ends this thread, whose stack may be in the pages that go.
///
/// # Safety
/// Nobody uses the pages but this thread, and no signal comes any more.
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
