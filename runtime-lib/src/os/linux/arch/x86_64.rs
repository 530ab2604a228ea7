//! x86-64: the process entry, the system call instruction, the interrupted context, the stack switch.

use crate::os::signal::number;
use core::arch::{asm, naked_asm};

/// `system_call!([NAME FORM?] NUMBER; ARGUMENT…)`: makes a system call and is what the kernel returned (`usize`).
/// Unsafe: the kernel does to memory and the process what the arguments say.
///
/// The instruction is marked: a relocation that changes nothing stands at it and adds the number, so that the
/// object file tells which functions make which calls. The symbol tells the number's name. What is above the low
/// 16 bits of the mark is the form of the call.
macro_rules! system_call {
    ([$($name:ident)+] $number:expr;) => { system_call!(@ [$($name)+] $number;) };
    ([$($name:ident)+] $number:expr; $a:expr) => { system_call!(@ [$($name)+] $number; "rdi" $a) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr) => { system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr) => {
        system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr) => {
        system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c, "r10" $d)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr) => {
        system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c, "r10" $d, "r8" $e)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr, $f:expr) => {
        system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c, "r10" $d, "r8" $e, "r9" $f)
    };
    (@ [$name:ident $($form:ident)?] $number:expr; $($register:tt $argument:expr),*) => {{
        let returned: usize;
        // The kernel's convention: number in rax, result in rax; rcx and r11 are lost.
        core::arch::asm!(
            concat!(".set wasi_aot_syscall.", stringify!($name) $(, ".", stringify!($form))?, ", {mark}"),
            ".reloc ., R_X86_64_NONE, {mark}",
            "syscall",
            mark = const $number,
            inlateout("rax") $number & $crate::os::linux::number::NUMBER => returned,
            $(in($register) $argument as usize,)*
            lateout("rcx") _,
            lateout("r11") _,
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

/// The signals that the traps of compiled code raise: guards, `ud2`, and divisions.
pub const TRAPS: &[u32] = &[number::SEGV, number::ILL, number::FPE];

/// What `SA_RESTORER` names: returns from a signal handler.
///
/// Debuggers and unwinders recognize the frame of a signal by its unwind information (where the
/// kernel saved the interrupted registers), by the symbol, or by exactly these two instructions.
/// They subtract one from a return address before they look it up, hence the `nop`.
///
/// # Safety
/// Not called: the kernel goes to [`signal_return`], with the signal's frame on the stack.
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
        number = const super::super::number::rt_sigreturn,
    )
}

/// The address for `SA_RESTORER`: after the `nop` of `signal_restorer`.
pub fn signal_return() -> usize {
    signal_restorer as *const () as usize + 1
}

/// `struct stat`, as far as it matters here.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawStat {
    pub(in crate::os::linux) dev: u64,
    pub(in crate::os::linux) ino: u64,
    pub(in crate::os::linux) nlink: u64,
    pub(in crate::os::linux) mode: u32,
    owner: [u32; 3],
    rdev: u64,
    pub(in crate::os::linux) size: u64,
    blocks: [u64; 2],
    pub(in crate::os::linux) atime: [i64; 2],
    pub(in crate::os::linux) mtime: [i64; 2],
    pub(in crate::os::linux) ctime: [i64; 2],
    spare: [u64; 3],
}

impl RawStat {
    /// Zeros.
    pub const EMPTY: RawStat = RawStat {
        dev: 0,
        ino: 0,
        nlink: 0,
        mode: 0,
        owner: [0; 3],
        rdev: 0,
        size: 0,
        blocks: [0; 2],
        atime: [0; 2],
        mtime: [0; 2],
        ctime: [0; 2],
        spare: [0; 3],
    };
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

/// Makes `address` what [`thread_pointer`] gives in this thread. A word there must hold the address itself.
pub fn set_thread_pointer(address: usize) {
    /// `ARCH_SET_FS`, of `arch_prctl`.
    const SET_FS: u32 = 0x1002;
    // SAFETY: nothing of the process uses the register but `thread_pointer`. It cannot fail for an address of the process.
    unsafe { system_call!([arch_prctl] 158usize; SET_FS, address) };
}

/// What [`set_thread_pointer`], or [`start_thread`], was told in this thread.
///
/// # Safety
/// It was told something.
#[inline(always)]
pub unsafe fn thread_pointer() -> usize {
    let address;
    // SAFETY: the caller's: the word there is the address.
    unsafe {
        asm!("mov {}, fs:[0]", out(reg) address, options(nostack, pure, readonly, preserves_flags))
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
        flags = const crate::os::thread::FLAGS,
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
        munmap = const super::super::number::munmap,
        exit = const super::super::number::exit,
    )
}

/// The names of [`features`].
pub const FEATURES: &[&str] = wasi_aot_abi::cpu::X86_64;

/// What the CPU has and the kernel keeps for each thread: bits of [`FEATURES`].
pub fn features() -> u64 {
    // Registers of AVX, and of AVX-512, that the kernel must have switched on.
    const YMM: u32 = 0x6;
    const ZMM: u32 = 0xe6;
    let [_, _, one, _] = cpuid(1);
    let [_, seven_b, seven_c, _] = cpuid(7);
    let [_, _, extended, _] = cpuid(0x8000_0001);
    let kept = if one >> 27 & 1 != 0 {
        // SAFETY: that bit says that the instruction is there.
        unsafe { xcr0() }
    } else {
        0
    };
    let (ymm, zmm) = (kept & YMM == YMM, kept & ZMM == ZMM);
    let bit = |word: u32, bit: u32| word >> bit & 1 != 0;
    [
        ymm && bit(one, 28),
        ymm && bit(seven_b, 5),
        bit(seven_b, 3),
        bit(seven_b, 8),
        ymm && bit(one, 12),
        bit(extended, 5),
        zmm && bit(seven_b, 16),
        zmm && bit(seven_b, 17),
        zmm && bit(seven_b, 31),
        zmm && bit(seven_c, 12),
        zmm && bit(seven_c, 1),
    ]
    .iter()
    .rev()
    .fold(0, |bits, has| bits << 1 | u64::from(*has))
}

/// The `cpuid` instruction with sub-leaf 0: eax, ebx, ecx, edx; zeros for a leaf that is not there.
fn cpuid(leaf: u32) -> [u32; 4] {
    let (kind, mut eax) = (leaf & 0x8000_0000, leaf);
    let highest: u32;
    let (b, c, d): (u64, u32, u32);
    // SAFETY: every x86-64 has it. rbx belongs to the compiler.
    unsafe {
        asm!("mov {b}, rbx", "cpuid", "xchg {b}, rbx", b = out(reg) _, inlateout("eax") kind => highest,
            inlateout("ecx") 0 => _, out("edx") _, options(nomem, nostack, preserves_flags));
        if leaf > highest {
            return [0; 4];
        }
        asm!("mov {b}, rbx", "cpuid", "xchg {b}, rbx", b = out(reg) b, inlateout("eax") eax,
            inlateout("ecx") 0 => c, out("edx") d, options(nomem, nostack, preserves_flags));
    }
    [eax, b as u32, c, d]
}

/// Which registers the kernel has switched on.
///
/// # Safety
/// The CPU has `xgetbv`.
unsafe fn xcr0() -> u32 {
    let low: u32;
    // SAFETY: the caller's.
    unsafe {
        asm!("xgetbv", in("ecx") 0, out("eax") low, out("edx") _, options(nomem, nostack, preserves_flags));
    }
    low
}
