//! The stacks that the program runs on, each with a guard below it.

use crate::{
    os::{Errno, fault, memory},
    thread,
};
use core::sync::atomic::{AtomicUsize, Ordering};
use wasi_aot_abi::{HOST_STACK, STACK_GUARD};

/// The lowest stack pointer with which a host call may be entered; the program reads it.
#[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_stack_limit"))]
pub static STACK_LIMIT: AtomicUsize = AtomicUsize::new(0);

/// Where the stack ends, exclusive; 0 before [`prepare`].
static TOP: AtomicUsize = AtomicUsize::new(0);

/// Bytes of the stack of handlers: the largest frames of the system (AMX, SVE) and a report.
pub const HANDLER_STACK: usize = 64 * 1024;

/// The stacks of a thread, one above the other: that of handlers, the guard, and the program's.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    /// First address of all.
    pub base: usize,
    /// Bytes of all.
    pub len: usize,
    /// Where the program's stack ends, exclusive.
    pub top: usize,
}

impl Mapping {
    /// The lowest address of the program's stack, the guard not included.
    pub fn low(&self) -> usize {
        self.base + HANDLER_STACK + STACK_GUARD as usize
    }

    /// The lowest stack pointer with which a host call may be entered.
    pub fn limit(&self) -> usize {
        self.low() + HOST_STACK as usize
    }
}

/// Maps stacks; the program's has `max_stack` bytes and what a host call needs. `above`: bytes behind them, whole pages.
pub fn map(max_stack: u64, above: usize) -> Result<Mapping, Errno> {
    // The largest page size, so that guard and stack are whole pages everywhere.
    const UNIT: u64 = 65536;
    let bytes = max_stack
        .checked_next_multiple_of(UNIT)
        .and_then(|bytes| bytes.checked_add(HOST_STACK + STACK_GUARD + HANDLER_STACK as u64))
        .ok_or(Errno::ENOMEM)?;
    let len = (bytes as usize).checked_add(above).ok_or(Errno::ENOMEM)?;
    let base = memory::map_stack(len)?;
    let guard = base + HANDLER_STACK;
    // SAFETY: pages of a mapping that nobody uses yet.
    let guarded = unsafe { memory::protect(guard, STACK_GUARD as usize, memory::protection::NONE) };
    if let Err(error) = guarded {
        // SAFETY: as above.
        let _ = unsafe { memory::unmap(base, len) };
        return Err(error);
    }
    Ok(Mapping {
        base,
        len,
        top: base + bytes as usize,
    })
}

/// Maps the first thread's stacks.
pub fn prepare(max_stack: u64) -> Result<Stacks, Errno> {
    let stack = map(max_stack, 0)?;
    STACK_LIMIT.store(stack.limit(), Ordering::Relaxed);
    TOP.store(stack.top, Ordering::Relaxed);
    Ok(Stacks {
        handlers: (stack.base as *mut u8, HANDLER_STACK),
        top: stack.top,
    })
}

/// Makes all of it anew with another `max_stack`.
///
/// # Safety
/// Neither the program nor a handler runs.
pub unsafe fn replace(max_stack: u64) -> Result<(), Errno> {
    let base = low() - STACK_GUARD as usize - HANDLER_STACK;
    let bytes = top() - base;
    let Stacks { handlers, .. } = prepare(max_stack)?;
    // SAFETY: the new stack is nobody else's, and then nobody uses the old one.
    unsafe {
        fault::set_stack(handlers.0, handlers.1)?;
        memory::unmap(base, bytes)
    }
}

/// What [`prepare`] made.
#[derive(Debug)]
pub struct Stacks {
    /// First byte and size of the stack of handlers.
    pub handlers: (*mut u8, usize),
    /// Where the program's stack ends, a multiple of 16.
    pub top: usize,
}

/// Where the first thread's stack ends, exclusive.
pub fn top() -> usize {
    TOP.load(Ordering::Relaxed)
}

/// The lowest stack pointer with which the first thread may enter a host call.
pub fn limit() -> usize {
    STACK_LIMIT.load(Ordering::Relaxed)
}

/// The lowest address of the first thread's stack, the guard not included.
fn low() -> usize {
    limit().wrapping_sub(HOST_STACK as usize)
}

/// The lowest address of this thread's stack, and where it ends.
fn own() -> (usize, usize) {
    thread::stack().unwrap_or_else(|| (low(), top()))
}

/// Whether a frame of the program can start at `address`, on this thread's stack: two words.
pub fn holds_frame(address: usize) -> bool {
    let (low, top) = own();
    top != 0 && address.is_multiple_of(8) && (low..=top - 16).contains(&address)
}

/// Whether `address` lies in the guard of this thread's stack.
pub fn guards(address: usize) -> bool {
    let (low, top) = own();
    top != 0 && (low - STACK_GUARD as usize..low).contains(&address)
}
