//! The stack that the program runs on, with a guard below it.

use crate::os::{Errno, memory, signal};
use core::sync::atomic::{AtomicUsize, Ordering};
use wasi_aot_abi::{HOST_STACK, STACK_GUARD};

/// The lowest stack pointer with which a host call may be entered; the program reads it.
#[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_stack_limit"))]
pub static STACK_LIMIT: AtomicUsize = AtomicUsize::new(0);

/// Where the stack ends, exclusive; 0 before [`prepare`].
static TOP: AtomicUsize = AtomicUsize::new(0);

/// Bytes of the stack of signal handlers: the largest signal frames (AMX, SVE) and a report.
const HANDLER_STACK: usize = 64 * 1024;

/// Maps the stacks, one above the other: that of signal handlers, the guard, and the program's,
/// which has `max_stack` bytes and what a host call needs.
pub fn prepare(max_stack: u64) -> Result<Stacks, Errno> {
    // The largest page size, so that guard and stack are whole pages everywhere.
    const UNIT: u64 = 65536;
    let bytes = max_stack
        .checked_next_multiple_of(UNIT)
        .and_then(|bytes| bytes.checked_add(HOST_STACK + STACK_GUARD + HANDLER_STACK as u64))
        .ok_or(Errno::ENOMEM)?;
    let base = memory::map_stack(bytes as usize)?;
    let guard = base + HANDLER_STACK;
    // SAFETY: pages of a mapping that nobody uses yet.
    unsafe { memory::protect(guard, STACK_GUARD as usize, memory::protection::NONE)? };
    STACK_LIMIT.store(
        guard + (STACK_GUARD + HOST_STACK) as usize,
        Ordering::Relaxed,
    );
    TOP.store(base + bytes as usize, Ordering::Relaxed);
    Ok(Stacks {
        handlers: (base as *mut u8, HANDLER_STACK),
        top: base + bytes as usize,
    })
}

/// Makes all of it anew with another `max_stack`.
///
/// # Safety
/// Neither the program nor a signal handler runs.
pub unsafe fn replace(max_stack: u64) -> Result<(), Errno> {
    let base = low() - STACK_GUARD as usize - HANDLER_STACK;
    let bytes = top() - base;
    let Stacks { handlers, .. } = prepare(max_stack)?;
    // SAFETY: the new stack is nobody else's, and then nobody uses the old one.
    unsafe {
        signal::set_alternate_stack(handlers.0, handlers.1)?;
        memory::unmap(base, bytes)
    }
}

/// What [`prepare`] made.
#[derive(Debug)]
pub struct Stacks {
    /// First byte and size of the stack of signal handlers.
    pub handlers: (*mut u8, usize),
    /// Where the program's stack ends, a multiple of 16.
    pub top: usize,
}

/// Where the stack ends, exclusive.
pub fn top() -> usize {
    TOP.load(Ordering::Relaxed)
}

/// The lowest address of the stack, the guard not included.
fn low() -> usize {
    STACK_LIMIT
        .load(Ordering::Relaxed)
        .wrapping_sub(HOST_STACK as usize)
}

/// Whether a frame of the program can start at `address`: two words.
pub fn holds_frame(address: usize) -> bool {
    let top = top();
    top != 0 && address.is_multiple_of(8) && (low()..=top - 16).contains(&address)
}

/// Whether `address` lies in the guard.
pub fn guards(address: usize) -> bool {
    let low = low();
    top() != 0 && (low - STACK_GUARD as usize..low).contains(&address)
}
