//! Switches stacks on aarch64.

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
        "mov sp, x1",
        "mov x29, x2",
        "mov x4, x0",
        "mov x0, x3",
        "br x4",
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
        "stp x29, x30, [sp, #-160]!",
        ".cfi_def_cfa_offset 160",
        ".cfi_offset x29, -160",
        ".cfi_offset x30, -152",
        "mov x29, sp",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mov x19, sp",
        "str x19, [x3]",
        // The next frame is on another stack: debuggers find it by x19.
        ".cfi_def_cfa x19, 160",
        ".cfi_offset x19, -144",
        "mov sp, x0",
        "mov x0, x2",
        "mov x29, xzr",
        "blr x1",
        "mov x1, x0",
        "mov x0, x19",
        "b {resume}",
        ".cfi_endproc",
        resume = sym resume,
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
        "mov sp, x0",
        "mov x0, x1",
        "ldp x19, x20, [sp, #16]",
        "ldp x21, x22, [sp, #32]",
        "ldp x23, x24, [sp, #48]",
        "ldp x25, x26, [sp, #64]",
        "ldp x27, x28, [sp, #80]",
        "ldp d8, d9, [sp, #96]",
        "ldp d10, d11, [sp, #112]",
        "ldp d12, d13, [sp, #128]",
        "ldp d14, d15, [sp, #144]",
        "ldp x29, x30, [sp], #160",
        "ret",
        ".cfi_endproc",
    )
}
