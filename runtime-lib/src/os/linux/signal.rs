//! Signals: handlers, masks, the alternate stack.

use super::{Errno, arch};

pub use arch::Context;

/// Signal numbers.
pub mod number {
    /// Illegal instruction.
    pub const ILL: u32 = 4;
    /// Abort.
    pub const ABRT: u32 = 6;
    /// Arithmetic.
    pub const FPE: u32 = 8;
    /// Kill.
    pub const KILL: u32 = 9;
    /// Access to memory that is not mapped.
    pub const SEGV: u32 = 11;
    /// Write to a pipe that nobody reads.
    pub const PIPE: u32 = 13;
    /// The alarm.
    pub const ALRM: u32 = 14;
}

/// The beginning of `siginfo_t`, as the kernel fills it for faults.
#[derive(Debug)]
#[repr(C)]
pub struct Info {
    /// The signal.
    pub signal: i32,
    errno: i32,
    /// Above 0: raised by the kernel for what the code did; else sent by somebody.
    pub code: i32,
    pad: i32,
    /// The address that faulted (for SIGILL and SIGFPE: of the instruction).
    pub address: usize,
}

/// A signal handler.
pub type Handler = unsafe extern "C" fn(signal: i32, info: &Info, context: &mut Context);

/// The kernel's `struct sigaction`.
#[repr(C)]
struct Action {
    handler: usize,
    flags: usize,
    restorer: usize,
    mask: u64,
}

const SA_SIGINFO: usize = 0x4;
const SA_RESTORER: usize = 0x0400_0000;
const SA_ONSTACK: usize = 0x0800_0000;
const SA_RESTART: usize = 0x1000_0000;

/// Installs `handler`, which runs on the alternate stack; the signal itself and the alarm are blocked
/// meanwhile.
///
/// # Safety
/// The handler does only what a signal handler may.
pub unsafe fn handle(signal: u32, handler: Handler) -> Result<(), Errno> {
    let action = Action {
        handler: handler as usize,
        flags: SA_SIGINFO | SA_RESTORER | SA_ONSTACK | SA_RESTART,
        restorer: arch::signal_return(),
        mask: set(number::ALRM),
    };
    // SAFETY: reads the action; 8 is the size of the kernel's signal set.
    unsafe { syscall!(rt_sigaction, signal, &raw const action, 0, 8) }.map(drop)
}

/// The kernel's set of one signal.
const fn set(signal: u32) -> u64 {
    1 << (signal - 1)
}

/// Gives a signal its default disposition back.
pub fn set_default(signal: u32) -> Result<(), Errno> {
    dispose(signal, 0)
}

/// Ignores a signal.
pub fn ignore(signal: u32) -> Result<(), Errno> {
    dispose(signal, 1)
}

/// `disposition`: `SIG_DFL` or `SIG_IGN`.
fn dispose(signal: u32, disposition: usize) -> Result<(), Errno> {
    let action = Action {
        handler: disposition,
        flags: 0,
        restorer: 0,
        mask: 0,
    };
    // SAFETY: reads the action.
    unsafe { syscall!(rt_sigaction, signal, &raw const action, 0, 8) }.map(drop)
}

/// Unblocks a signal in this thread.
pub fn unblock(signal: u32) -> Result<(), Errno> {
    let set = set(signal);
    // SAFETY: reads the set. 1 is SIG_UNBLOCK.
    unsafe { syscall!(rt_sigprocmask, 1, &raw const set, 0, 8) }.map(drop)
}

/// Blocks all signals in this thread.
pub fn block_all() -> Result<(), Errno> {
    let set = u64::MAX;
    // SAFETY: reads the set. 0 is SIG_BLOCK.
    unsafe { syscall!(rt_sigprocmask, 0, &raw const set, 0, 8) }.map(drop)
}

/// Makes `[base, base+len)` the stack of this thread's signal handlers.
///
/// # Safety
/// The memory is mapped for as long as the thread lives, and used for nothing else.
pub unsafe fn set_alternate_stack(base: *mut u8, len: usize) -> Result<(), Errno> {
    #[repr(C)]
    struct Stack {
        base: *mut u8,
        flags: i32,
        len: usize,
    }
    let stack = Stack {
        base,
        flags: 0,
        len,
    };
    // SAFETY: reads the structure.
    unsafe { syscall!(sigaltstack, &raw const stack, 0) }.map(drop)
}
