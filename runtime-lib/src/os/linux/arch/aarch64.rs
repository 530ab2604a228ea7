//! aarch64: the process entry, the system call instruction, the interrupted context, the stack switch.

use crate::os::{process, signal::number};
use core::arch::{asm, naked_asm};

/// `system_call!([NAME FORM?] NUMBER; ARGUMENT…)`: makes a system call and is what the kernel returned (`usize`).
/// Unsafe: the kernel does to memory and the process what the arguments say.
///
/// The instruction is marked: a relocation that changes nothing stands at it and adds the number, so that the
/// object file tells which functions make which calls. The symbol tells the number's name. What is above the low
/// 16 bits of the mark is the form of the call.
macro_rules! system_call {
    // A call without parameters ignores the first.
    ([$($name:ident)+] $number:expr;) => { system_call!(@ [$($name)+] $number; 0) };
    ([$($name:ident)+] $number:expr; $a:expr) => { system_call!(@ [$($name)+] $number; $a) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr) => { system_call!(@ [$($name)+] $number; $a, "x1" $b) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr) => {
        system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr) => {
        system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c, "x3" $d)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr) => {
        system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c, "x3" $d, "x4" $e)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr, $f:expr) => {
        system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c, "x3" $d, "x4" $e, "x5" $f)
    };
    (@ [$name:ident $($form:ident)?] $number:expr; $first:expr $(, $register:tt $argument:expr)*) => {{
        let returned: usize;
        // The kernel's convention: number in x8, result in x0, nothing else is lost.
        core::arch::asm!(
            concat!(".set wasi_aot_syscall.", stringify!($name) $(, ".", stringify!($form))?, ", {mark}"),
            ".reloc ., R_AARCH64_NONE, {mark}",
            "svc #0",
            mark = const $number,
            in("x8") $number & $crate::os::linux::number::NUMBER,
            inlateout("x0") $first as usize => returned,
            $(in($register) $argument as usize,)*
            options(nostack, preserves_flags),
        );
        returned
    }};
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
                ".cfi_undefined x30",
                "mov x29, xzr",
                "mov x30, xzr",
                "mov x0, sp",
                "and sp, x0, #-16",
                "bl {main}",
                "udf #0",
                ".cfi_endproc",
                main = sym $main,
            )
        }
    };
}

/// The signals that the traps of compiled code raise: guards, and `udf`.
pub const TRAPS: &[u32] = &[number::SEGV, number::ILL];

/// What `SA_RESTORER` names: returns from a signal handler.
///
/// Debuggers and unwinders recognize the frame of a signal by exactly these two instructions. There
/// is no unwind information: it could not tell the interrupted address from the link register.
/// They subtract one from a return address before they look it up, hence the `nop`.
///
/// # Safety
/// Not called: the kernel goes to [`signal_return`], with the signal's frame on the stack.
#[unsafe(naked)]
unsafe extern "C" fn signal_restorer() {
    naked_asm!(
        "nop",
        signal_return_label!(),
        "mov x8, #{number}",
        ".set wasi_aot_syscall.rt_sigreturn, {number}",
        ".reloc ., R_AARCH64_NONE, {number}",
        "svc #0",
        number = const super::super::number::rt_sigreturn,
    )
}

/// The address for `SA_RESTORER`: after the `nop` of `signal_restorer`.
pub fn signal_return() -> usize {
    signal_restorer as *const () as usize + 4
}

/// `struct stat`, as far as it matters here.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawStat {
    pub(in crate::os::linux) dev: u64,
    pub(in crate::os::linux) ino: u64,
    pub(in crate::os::linux) mode: u32,
    pub(in crate::os::linux) nlink: u32,
    owner: [u32; 2],
    rdev: [u64; 2],
    pub(in crate::os::linux) size: u64,
    blocks: [u64; 2],
    pub(in crate::os::linux) atime: [i64; 2],
    pub(in crate::os::linux) mtime: [i64; 2],
    pub(in crate::os::linux) ctime: [i64; 2],
    spare: u64,
}

impl RawStat {
    /// Zeros.
    pub const EMPTY: RawStat = RawStat {
        dev: 0,
        ino: 0,
        mode: 0,
        nlink: 0,
        owner: [0; 2],
        rdev: [0; 2],
        size: 0,
        blocks: [0; 2],
        atime: [0; 2],
        mtime: [0; 2],
        ctime: [0; 2],
        spare: 0,
    };
}

/// Registers of the code that a signal interrupted: a `ucontext_t` of the kernel.
#[derive(Debug)]
#[repr(C)]
pub struct Context {
    head: [u64; 22],
    fault_address: u64,
    x: [u64; 31],
    sp: u64,
    pc: u64,
}

impl Context {
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

    /// Where the interrupted function returns to, if it has no frame yet, or none any more. `entry`: its first
    /// instruction; `None`: nothing is known of the function, and the answer holds if it has no frame at all.
    /// `readable`: whether 8 bytes of the stack can be read.
    ///
    /// # Safety
    /// With an `entry`, it is that of a function of the program.
    pub unsafe fn unframed_return(
        &self,
        entry: Option<usize>,
        _readable: impl FnOnce(usize) -> bool,
    ) -> Option<usize> {
        const RET: u32 = 0xd65f_03c0;
        /// `add sp, sp, #N` without its immediate, which removes arguments.
        const ADD_SP: u32 = 0x9100_03ff;
        // SAFETY: instructions of the program; a `ret` or a branch is its last.
        let word = |at: usize| unsafe { *(at as *const u32) };
        let pc = self.pc();
        let unframed = match entry {
            None => true,
            // The second instruction sets the frame pointer.
            Some(entry) if pc == entry || pc == entry + 4 => true,
            Some(_) => {
                let removes = word(pc) & 0xff80_03ff == ADD_SP;
                word(pc) == RET || removes && word(pc + 4) == RET
            }
        };
        unframed.then_some(self.x[30] as usize)
    }

    /// Lets the return from the signal handler call `function(argument)` on the stack that ends
    /// at `sp`, which is a multiple of 16.
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

/// The caller's frame pointer.
#[inline(always)]
pub fn frame_pointer() -> usize {
    let fp;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, x29", out(reg) fp, options(nomem, nostack, preserves_flags)) };
    fp
}

/// Goes on at the handler of an exception, in the frame of its function.
///
/// # Safety
/// `code` is a handler of a call that has not returned, of the frame at `fp`, whose stack pointer is `sp`; nothing below it must still
/// run.
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
        // The frame below is on another stack: debuggers find this one by x19.
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

/// Makes the [`call_on_stack`] that filled `saved` return `value`, from wherever this is called.
///
/// # Safety
/// That call has not returned; nothing between it and here must still run.
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

/// Makes `address` what [`thread_pointer`] gives in this thread. A word there must hold the address itself.
pub fn set_thread_pointer(address: usize) {
    // SAFETY: nothing of the process uses the register but `thread_pointer`.
    unsafe { asm!("msr tpidr_el0, {}", in(reg) address, options(nostack, preserves_flags)) };
}

/// What [`set_thread_pointer`], or [`start_thread`], was told in this thread.
///
/// # Safety
/// It was told something.
#[inline(always)]
pub unsafe fn thread_pointer() -> usize {
    let address;
    // SAFETY: reads a register.
    unsafe {
        asm!("mrs {}, tpidr_el0", out(reg) address, options(nostack, pure, nomem, preserves_flags))
    };
    address
}

/// `clone`: starts a thread on the stack that ends at `sp`, a multiple of 16, which calls `function(pointer)`; `pointer` is its
/// [`thread_pointer`], too. What the kernel returned to this thread.
///
/// # Safety
/// The stack is mapped and nobody else uses it; `pointer` points to a word that holds its own address; both last as long as the
/// thread. `function` may be called with it.
#[unsafe(naked)]
pub unsafe extern "C" fn start_thread(
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
        low = const crate::os::thread::FLAGS & 0xffff,
        high = const crate::os::thread::FLAGS >> 16,
        number = const super::super::number::clone,
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
        munmap = const super::super::number::munmap,
        exit = const super::super::number::exit,
    )
}

/// The names of [`features`].
pub const FEATURES: &[&str] = wasi_aot_abi::cpu::AARCH64;

/// What the CPU has: bits of [`FEATURES`].
pub fn features() -> u64 {
    // HWCAP_ATOMICS
    const ATOMICS: u32 = 8;
    let has = process::auxiliary(process::auxiliary::HWCAP).unwrap_or(0);
    has as u64 >> ATOMICS & 1
}
