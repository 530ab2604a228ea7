//! Faults of the program, as Linux reports them on x86-64.

use crate::os::linux::kernel::{number as call, signal::number};
use core::arch::naked_asm;

/// The signals that the traps of compiled code raise: guards, `ud2`, and divisions.
pub const TRAPS: &[u32] = &[number::SEGV, number::ILL, number::FPE];

/// The code for `SA_RESTORER`: returns from a signal handler.
///
/// Debuggers and unwinders recognise the frame of a signal by its unwind information (which locates
/// the interrupted registers), by the symbol, or by exactly these two instructions. They subtract
/// one from a return address before they look it up, hence the `nop`.
///
/// # Safety
/// It is not called: the kernel jumps to [`signal_return`], with the signal's frame on the stack.
#[unsafe(naked)]
unsafe extern "C" fn signal_restorer() {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_signal_frame",
        // The stack pointer is the address of a `ucontext_t`. DWARF's numbers: rsp is 7, rip 16.
        ".cfi_def_cfa 7, 0",
        ".cfi_offset 8, 40",
        ".cfi_offset 9, 48",
        ".cfi_offset 10, 56",
        ".cfi_offset 11, 64",
        ".cfi_offset 12, 72",
        ".cfi_offset 13, 80",
        ".cfi_offset 14, 88",
        ".cfi_offset 15, 96",
        // rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip
        ".cfi_offset 5, 104",
        ".cfi_offset 4, 112",
        ".cfi_offset 6, 120",
        ".cfi_offset 3, 128",
        ".cfi_offset 1, 136",
        ".cfi_offset 0, 144",
        ".cfi_offset 2, 152",
        ".cfi_offset 7, 160",
        ".cfi_offset 16, 168",
        "nop",
        signal_return_label!(),
        "mov rax, {number}",
        ".set wasi_aot_syscall.rt_sigreturn, {number}",
        ".reloc ., R_X86_64_NONE, {number}",
        "syscall",
        ".cfi_endproc",
        number = const call::rt_sigreturn,
    )
}

/// The address for `SA_RESTORER`: after the `nop` of `signal_restorer`.
pub fn signal_return() -> usize {
    signal_restorer as *const () as usize + 1
}

/// Registers of the code that a signal interrupted: a `ucontext_t` of the kernel.
#[derive(Debug)]
#[repr(C)]
pub struct Registers {
    head: [u64; 5],
    r8_to_r15: [u64; 8],
    rdi: u64,
    rsi: u64,
    rbp: u64,
    rbx: u64,
    rdx: u64,
    rax: u64,
    rcx: u64,
    rsp: u64,
    rip: u64,
}

impl Registers {
    /// Address of the interrupted instruction.
    pub fn pc(&self) -> usize {
        self.rip as usize
    }

    /// Frame pointer.
    pub fn fp(&self) -> usize {
        self.rbp as usize
    }

    /// Stack pointer.
    pub fn sp(&self) -> usize {
        self.rsp as usize
    }

    /// The return address, if the CPU keeps it in a register.
    pub fn link(&self) -> Option<usize> {
        None
    }

    /// Makes the return from the signal handler call `function(argument)` on the stack that ends at
    /// `sp`, a multiple of 16.
    pub fn redirect(
        &mut self,
        function: unsafe extern "C" fn(usize) -> !,
        sp: usize,
        argument: usize,
    ) {
        self.rip = function as usize as u64;
        // As after a call: the stack has a slot for the return address.
        self.rsp = (sp - 8) as u64;
        self.rdi = argument as u64;
    }
}
