//! Changing stacks on x86-64.

use core::arch::naked_asm;

/// Goes on at the handler of an exception, in the frame of its function.
///
/// # Safety
/// `code` is a handler of a call that has not returned, of the frame at `fp`, whose stack pointer is `sp`; nothing below it must still
/// run.
#[unsafe(naked)]
pub unsafe extern "C" fn land(code: usize, sp: usize, fp: usize, exception: u64) -> ! {
    naked_asm!(
        ".cfi_startproc",
        "mov rsp, rsi",
        "mov rbp, rdx",
        "mov rax, rcx",
        "jmp rdi",
        ".cfi_endproc",
    )
}

/// Calls `function(argument)` on the stack that ends at `sp`, a multiple of 16, and returns what it
/// returns, or what [`resume`] was told. `saved` receives what `resume` needs; it is valid until
/// this returns. The frame of the call is an outermost frame.
///
/// # Safety
/// The stack is mapped and nobody else uses it; `saved` is writable.
#[unsafe(naked)]
pub unsafe extern "C" fn call_on_stack(
    sp: usize,
    function: unsafe extern "C" fn(usize) -> usize,
    argument: usize,
    saved: *mut usize,
) -> usize {
    naked_asm!(
        ".cfi_startproc",
        "push rbp",
        ".cfi_def_cfa_offset 16",
        ".cfi_offset rbp, -16",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov [rcx], rsp",
        "mov rbx, rsp",
        // The frame below is on another stack: debuggers find this one by rbx.
        ".cfi_def_cfa rbx, 64",
        ".cfi_offset rbx, -24",
        "mov rsp, rdi",
        "mov rdi, rdx",
        "xor ebp, ebp",
        "call rsi",
        "mov rsp, rbx",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        ".cfi_endproc",
    )
}

/// Makes the [`call_on_stack`] that filled `saved` return `value`, from wherever this is called.
///
/// # Safety
/// That call has not returned; nothing between it and here must still run.
#[unsafe(naked)]
pub unsafe extern "C" fn resume(saved: usize, value: usize) -> ! {
    naked_asm!(
        ".cfi_startproc",
        "mov rax, rsi",
        "mov rsp, rdi",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "cld",
        "ret",
        ".cfi_endproc",
    )
}
