//! Faults of the program, as Linux reports them on aarch64.

use crate::os::linux::kernel::{number as call, signal::number};
use core::arch::naked_asm;

/// The signals that the traps of compiled code raise: guards, and `udf`.
pub const TRAPS: &[u32] = &[number::SEGV, number::ILL];

/// The code for `SA_RESTORER`: returns from a signal handler.
///
/// Debuggers and unwinders recognise the frame of a signal by exactly these two instructions. There
/// is no unwind information, because it could not distinguish the interrupted address from the link
/// register. Unwinders subtract one from a return address before they look it up, hence the `nop`.
///
/// # Safety
/// It is not called: the kernel jumps to [`signal_return`], with the signal's frame on the stack.
#[unsafe(naked)]
unsafe extern "C" fn signal_restorer() {
    naked_asm!(
        "nop",
        signal_return_label!(),
        "mov x8, #{number}",
        ".set wasi_aot_syscall.rt_sigreturn, {number}",
        ".reloc ., R_AARCH64_NONE, {number}",
        "svc #0",
        number = const call::rt_sigreturn,
    )
}

/// The address for `SA_RESTORER`: after the `nop` of `signal_restorer`.
pub fn signal_return() -> usize {
    signal_restorer as *const () as usize + 4
}

/// Registers of the code that a signal interrupted: a `ucontext_t` of the kernel.
#[derive(Debug)]
#[repr(C)]
pub struct Registers {
    head: [u64; 22],
    fault_address: u64,
    x: [u64; 31],
    sp: u64,
    pc: u64,
}

impl Registers {
    /// Address of the interrupted instruction.
    pub fn pc(&self) -> usize {
        self.pc as usize
    }

    /// Frame pointer.
    pub fn fp(&self) -> usize {
        self.x[29] as usize
    }

    /// Stack pointer.
    pub fn sp(&self) -> usize {
        self.sp as usize
    }

    /// The return address, if the CPU keeps it in a register.
    pub fn link(&self) -> Option<usize> {
        Some(self.x[30] as usize)
    }

    /// Makes the return from the signal handler call `function(argument)` on the stack that ends at
    /// `sp`, a multiple of 16.
    pub fn redirect(
        &mut self,
        function: unsafe extern "C" fn(usize) -> !,
        sp: usize,
        argument: usize,
    ) {
        self.pc = function as usize as u64;
        self.sp = sp as u64;
        self.x[0] = argument as u64;
    }
}
