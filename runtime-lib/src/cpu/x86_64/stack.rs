//! Switches stacks on x86-64.

use core::arch::naked_asm;

/// Continues at the handler of an exception, in the frame of its function.
///
/// # Safety
/// `code` must be a handler of a call that has not returned, in the frame at `fp`, whose stack
/// pointer is `sp`. Nothing below this frame may continue to run.
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

/// Calls `function(argument)` on the stack that ends at `sp`, a multiple of 16. Returns its result,
/// or the value passed to [`resume`]. `saved` receives the state for `resume`, which is valid until
/// this returns. The frame of the call is an outermost frame.
///
/// # Safety
/// The stack must be mapped and unused; `saved` must be writable.
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
        // The next frame is on another stack: debuggers find it by rbx.
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

/// Makes the [`call_on_stack`] that filled `saved` return `value`, from any depth.
///
/// # Safety
/// That call must not have returned; nothing between it and here may continue to run.
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
