//! The stacks on which the program runs, each with a guard below it.

use crate::{
    os::{Errno, fault, memory},
    thread,
};
use core::sync::atomic::{AtomicUsize, Ordering};
use wasi_aot_abi::{HOST_STACK, STACK_GUARD};

/// The lowest stack pointer with which a host call may be entered; the program reads it.
#[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_stack_limit"))]
pub static STACK_LIMIT: AtomicUsize = AtomicUsize::new(0);

/// The exclusive end of the stack; 0 before [`prepare`].
static TOP: AtomicUsize = AtomicUsize::new(0);

/// Size of the signal handlers' stack: it must hold the system's largest frames (AMX, SVE) and a
/// report.
pub const HANDLER_STACK: usize = 64 * 1024;

/// The stacks of a thread, from low to high addresses: that of signal handlers, the guard, and the
/// program's.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    /// First address of the mapping.
    pub base: usize,
    /// Size of the mapping in bytes.
    pub len: usize,
    /// The exclusive end of the program's stack.
    pub top: usize,
}

impl Mapping {
    /// The lowest address of the program's stack, excluding the guard.
    pub fn low(&self) -> usize {
        self.base + HANDLER_STACK + STACK_GUARD as usize
    }

    /// The lowest stack pointer with which a host call may be entered.
    pub fn limit(&self) -> usize {
        self.low() + HOST_STACK as usize
    }
}

/// Maps stacks; the program's has `max_stack` bytes plus the part for a host call. `above`:
/// additional bytes above them, in whole pages.
pub fn map(max_stack: u64, above: usize) -> Result<Mapping, Errno> {
    // The largest page size, so that guard and stack consist of whole pages on every machine.
    const UNIT: u64 = 65536;
    let bytes = max_stack
        .checked_next_multiple_of(UNIT)
        .and_then(|bytes| bytes.checked_add(HOST_STACK + STACK_GUARD + HANDLER_STACK as u64))
        .ok_or(Errno::ENOMEM)?;
    let len = (bytes as usize).checked_add(above).ok_or(Errno::ENOMEM)?;
    let base = memory::map_stack(len)?;
    let guard = base + HANDLER_STACK;
    // SAFETY: these are pages of a mapping that nothing uses yet.
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

/// Replaces all stacks by ones with another `max_stack`.
///
/// # Safety
/// Neither the program nor a signal handler may be running.
pub unsafe fn replace(max_stack: u64) -> Result<(), Errno> {
    let base = low() - STACK_GUARD as usize - HANDLER_STACK;
    let bytes = top() - base;
    let Stacks { handlers, .. } = prepare(max_stack)?;
    // SAFETY: nothing else uses the new stack, and afterwards nothing uses the old one.
    unsafe {
        fault::set_stack(handlers.0, handlers.1)?;
        memory::unmap(base, bytes)
    }
}

/// The stacks that [`prepare`] mapped.
#[derive(Debug)]
pub struct Stacks {
    /// First byte and size of the signal handlers' stack.
    pub handlers: (*mut u8, usize),
    /// The end of the program's stack, a multiple of 16.
    pub top: usize,
}

/// The exclusive end of the first thread's stack.
pub fn top() -> usize {
    TOP.load(Ordering::Relaxed)
}

/// The lowest stack pointer with which the first thread may enter a host call.
pub fn limit() -> usize {
    STACK_LIMIT.load(Ordering::Relaxed)
}

/// The lowest address of the first thread's stack, excluding the guard.
fn low() -> usize {
    limit().wrapping_sub(HOST_STACK as usize)
}

/// The lowest address of this thread's stack, and its end.
fn own() -> (usize, usize) {
    thread::stack().unwrap_or_else(|| (low(), top()))
}

/// Whether `address` can be that of a frame of the program, on this thread's stack: a frame starts
/// with two words.
pub fn holds_frame(address: usize) -> bool {
    let (low, top) = own();
    top != 0 && address.is_multiple_of(8) && (low..=top - 16).contains(&address)
}

/// Whether `address` lies in the guard of this thread's stack.
pub fn guards(address: usize) -> bool {
    let (low, top) = own();
    top != 0 && (low - STACK_GUARD as usize..low).contains(&address)
}
