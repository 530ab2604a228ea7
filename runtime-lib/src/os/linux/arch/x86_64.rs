//! x86-64: the process entry, the system call instruction, the interrupted context, the stack switch.

use core::arch::{asm, naked_asm};

macro_rules! syscalls {
    ($($call:ident($($argument:ident $register:tt),*);)*) => {
        $(
            /// Makes a system call and returns what the kernel returned.
            ///
            /// # Safety
            /// The kernel does to memory and the process what the arguments say.
            #[inline(always)]
            pub unsafe fn $call(number: usize, $($argument: usize),*) -> usize {
                let returned;
                // SAFETY: the kernel's convention: number in rax, result in rax; rcx and r11 are lost.
                unsafe {
                    asm!(
                        "syscall",
                        inlateout("rax") number => returned,
                        $(in($register) $argument,)*
                        lateout("rcx") _,
                        lateout("r11") _,
                        options(nostack, preserves_flags),
                    );
                }
                returned
            }
        )*
    };
}

syscalls! {
    syscall0();
    syscall1(a "rdi");
    syscall2(a "rdi", b "rsi");
    syscall3(a "rdi", b "rsi", c "rdx");
    syscall4(a "rdi", b "rsi", c "rdx", d "r10");
    syscall5(a "rdi", b "rsi", c "rdx", d "r10", e "r8");
    syscall6(a "rdi", b "rsi", c "rdx", d "r10", e "r8", f "r9");
}

/// Defines the symbol `$name` where the kernel enters the process: calls `$main` with the address
/// of the start block, with an outermost frame (frame pointer 0).
#[macro_export]
macro_rules! process_entry {
    ($name:ident, $main:path) => {
        /// Where the kernel enters the process.
        ///
        /// # Safety
        /// Never called.
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name() -> ! {
            core::arch::naked_asm!(
                ".cfi_startproc",
                ".cfi_undefined rip",
                "xor ebp, ebp",
                "mov rdi, rsp",
                "and rsp, -16",
                "call {main}",
                "ud2",
                ".cfi_endproc",
                main = sym $main,
            )
        }
    };
}

/// What `SA_RESTORER` names: returns from a signal handler. Debuggers know the frame of a signal
/// by exactly these instructions.
///
/// # Safety
/// Only the kernel goes here, with the signal's frame on the stack.
#[unsafe(naked)]
pub unsafe extern "C" fn signal_restorer() {
    naked_asm!(".cfi_startproc", "mov rax, 15", "syscall", ".cfi_endproc")
}

/// Registers of the code that a signal interrupted: a `ucontext_t` of the kernel.
#[derive(Debug)]
#[repr(C)]
pub struct Context {
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

impl Context {
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

    /// Where the interrupted function returns to, if it has no frame yet, or none any more. `entry`: its first
    /// instruction; `None`: nothing is known of the function, and the answer holds if it has no frame at all.
    /// `readable`: whether 8 bytes of the stack can be read.
    ///
    /// # Safety
    /// With an `entry`, it is that of a function of the program.
    pub unsafe fn unframed_return(
        &self,
        entry: Option<usize>,
        readable: impl FnOnce(usize) -> bool,
    ) -> Option<usize> {
        /// `ret`, and `ret` that removes arguments.
        const RETURNS: [u8; 2] = [0xc3, 0xc2];
        let sp = self.rsp as usize;
        let slot = match entry {
            None => sp,
            Some(entry) if self.pc() == entry => sp,
            // Behind `push rbp`.
            Some(entry) if self.pc() == entry + 1 => sp + 8,
            // SAFETY: an instruction of the program.
            Some(_) if RETURNS.contains(unsafe { &*(self.pc() as *const u8) }) => sp,
            Some(_) => return None,
        };
        // SAFETY: `readable` says so.
        readable(slot).then(|| unsafe { *(slot as *const usize) })
    }

    /// Lets the return from the signal handler call `function(argument)` on the stack that ends
    /// at `sp`, which is a multiple of 16.
    pub fn redirect(
        &mut self,
        function: unsafe extern "C" fn(usize) -> !,
        sp: usize,
        argument: usize,
    ) {
        self.rip = function as usize as u64;
        // As if called: the return address's slot is there.
        self.rsp = (sp - 8) as u64;
        self.rdi = argument as u64;
    }
}

/// The caller's frame pointer.
#[inline(always)]
pub fn frame_pointer() -> usize {
    let fp;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, rbp", out(reg) fp, options(nomem, nostack, preserves_flags)) };
    fp
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
