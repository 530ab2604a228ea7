//! Signals: handlers, masks, the alternate stack.

use crate::os::{Errno, linux::cpu::signal_return};

use crate::os::linux::{cpu::Registers, process};

/// Signal numbers.
pub mod number {
    /// Illegal instruction.
    pub const ILL: u32 = 4;
    /// A breakpoint.
    pub const TRAP: u32 = 5;
    /// Abort.
    pub const ABRT: u32 = 6;
    /// Access to a page of a file beyond the file's end.
    pub const BUS: u32 = 7;
    /// Arithmetic.
    pub const FPE: u32 = 8;
    /// Access to unmapped or protected memory.
    pub const SEGV: u32 = 11;
    /// Write to a pipe without readers.
    pub const PIPE: u32 = 13;
    /// Resumes a stopped process, even if it is blocked or ignored.
    pub const CONT: u32 = 18;
    /// The alarm of the process's own CPU time. The runtime uses it for `--timeout`, because
    /// debuggers pass it on without stopping, and other programs rarely send it.
    pub const VTALRM: u32 = 26;
}

/// The start of `siginfo_t`, as the kernel fills it for faults.
#[derive(Debug)]
#[repr(C)]
pub struct Info {
    /// The signal.
    pub signal: i32,
    errno: i32,
    /// Above 0: the kernel raised it because of the code's action; [`TIMER`]: a timer; else a
    /// process sent it.
    pub code: i32,
    pad: i32,
    /// The faulting address (for SIGILL and SIGFPE: the instruction's).
    pub address: usize,
}

/// [`Info::code`] of a signal that a timer of [`crate::os::linux::time::timer`] sent.
pub const TIMER: i32 = -2;

/// A signal handler.
pub type Handler = unsafe extern "C" fn(signal: i32, info: &Info, registers: &mut Registers);

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
const SA_NODEFER: usize = 0x4000_0000;

/// The treatment of a signal while its handler runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Again {
    /// It is blocked.
    Waits,
    /// It interrupts the handler.
    Interrupts,
}

/// Installs `handler`, which runs on the alternate stack. It blocks no other signal.
///
/// # Safety
/// The handler may only do what signal handlers may do.
pub unsafe fn handle(signal: u32, handler: Handler, again: Again) -> Result<(), Errno> {
    let defer = match again {
        Again::Waits => 0,
        Again::Interrupts => SA_NODEFER,
    };
    let action = Action {
        handler: handler as usize,
        flags: SA_SIGINFO | SA_RESTORER | SA_ONSTACK | SA_RESTART | defer,
        restorer: signal_return(),
        mask: 0,
    };
    // SAFETY: the call reads the action; 8 is the size of the kernel's signal set.
    unsafe { syscall!(rt_sigaction, signal, &raw const action, 0, 8) }.map(drop)
}

/// Performs the default action of this signal, which a process sent.
pub fn as_without_us(signal: i32) {
    let _ = set_default(signal as u32);
    let _ = process::raise(signal as u32);
}

/// The kernel's set of these signals.
pub const fn set(signals: &[u32]) -> u64 {
    let (mut set, mut index) = (0, 0);
    while index < signals.len() {
        set |= 1 << (signals[index] - 1);
        index += 1;
    }
    set
}

/// Restores a signal's default disposition.
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
    // SAFETY: the call reads the action.
    unsafe { syscall!(rt_sigaction, signal, &raw const action, 0, 8) }.map(drop)
}

/// Unblocks the signals of a [`set`] in this thread.
pub fn unblock(set: u64) -> Result<(), Errno> {
    // SAFETY: the call reads the set. 1 is SIG_UNBLOCK.
    unsafe { syscall!(rt_sigprocmask, 1, &raw const set, 0, 8) }.map(drop)
}

/// Blocks the signals of a [`set`] in this thread.
pub fn block(set: u64) -> Result<(), Errno> {
    // SAFETY: the call reads the set. 0 is SIG_BLOCK.
    unsafe { syscall!(rt_sigprocmask, 0, &raw const set, 0, 8) }.map(drop)
}

/// Blocks all signals in this thread.
pub fn block_all() -> Result<(), Errno> {
    block(u64::MAX)
}

/// Makes `[base, base+len)` the stack of this thread's signal handlers.
///
/// # Safety
/// The memory must stay mapped while the thread lives, and be used for nothing else.
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
    // SAFETY: the call reads the structure.
    unsafe { syscall!(sigaltstack, &raw const stack, 0) }.map(drop)
}
