//! The stacks on which the program runs, each with a guard below it.

use crate::{
    os::{Errno, memory},
    program::{image_start, program},
    thread,
};
use core::{
    cell::UnsafeCell,
    sync::atomic::{AtomicUsize, Ordering},
};
use wasi_aot_abi::{HOST_STACK, STACK_GUARD};

/// The lowest stack pointer with which a host call may be entered; the program reads it.
#[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_stack_limit"))]
pub static STACK_LIMIT: AtomicUsize = AtomicUsize::new(0);

/// The exclusive end of the stack; 0 before [`prepare`].
static TOP: AtomicUsize = AtomicUsize::new(0);

/// Size of the signal handlers' stack: it must hold the system's largest frames (AMX, SVE) and a
/// report.
pub const HANDLER_STACK: usize = 64 * 1024;

#[repr(C, align(16))]
struct Handlers(UnsafeCell<[u8; HANDLER_STACK]>);

// SAFETY: only the kernel uses it, for the first thread's signal handlers.
unsafe impl Sync for Handlers {}

/// The stack of the first thread's signal handlers. A mapping of its own would take time at start.
static HANDLERS: Handlers = Handlers(UnsafeCell::new([0; HANDLER_STACK]));

/// The stacks of a thread that is not the first, from low to high addresses: that of signal
/// handlers, the guard, and the program's.
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

/// The size of a program's stack with `max_stack` bytes and the part for a host call, plus `more`.
fn size(max_stack: u64, more: usize) -> Result<usize, Errno> {
    // The largest page size, so that guard and stack consist of whole pages on every machine.
    const UNIT: u64 = 65536;
    max_stack
        .checked_next_multiple_of(UNIT)
        .and_then(|bytes| bytes.checked_add(HOST_STACK))
        .and_then(|bytes| (bytes as usize).checked_add(more))
        .ok_or(Errno::ENOMEM)
}

/// Maps stacks; the program's has `max_stack` bytes plus the part for a host call. `above`:
/// additional bytes above them, in whole pages.
pub fn map(max_stack: u64, above: usize) -> Result<Mapping, Errno> {
    let bytes = size(max_stack, STACK_GUARD as usize + HANDLER_STACK)?;
    let len = bytes.checked_add(above).ok_or(Errno::ENOMEM)?;
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
        top: base + bytes,
    })
}

/// The lowest address for the first thread's stack. Kernels refuse mappings at the lowest ones.
const LOWEST: usize = 16 << 20;

/// The number of addresses below the image that are enough to choose from.
const ENOUGH: usize = 512 << 20;

/// The number of addresses after the regions.
const MANY: usize = 128 << 30;

/// Maps the first thread's stack, at a random address; returns its end, a multiple of 16. Nothing
/// is ever mapped directly below it: that is its guard.
pub fn prepare(max_stack: u64) -> Result<usize, Errno> {
    let (bytes, guard) = (size(max_stack, 0)?, STACK_GUARD as usize);
    // Below the image it shares page tables with the image: each page of these takes time at start.
    let below = image_start().saturating_sub(LOWEST + bytes + guard);
    let (low, range) = match below >= ENOUGH {
        true => (LOWEST, below),
        false => (program().regions_end + guard, MANY),
    };
    let (low, top) = memory::map_stack_apart(low, range, (guard, bytes), program().regions_end)?;
    STACK_LIMIT.store(low + HOST_STACK as usize, Ordering::Relaxed);
    TOP.store(top, Ordering::Relaxed);
    Ok(top)
}

/// Replaces the first thread's stack by one with another `max_stack`.
///
/// # Safety
/// The program must not be running yet.
pub unsafe fn replace(max_stack: u64) -> Result<(), Errno> {
    let (low, top) = (low(), top());
    prepare(max_stack)?;
    // The mapping has the page of the end, whole, even if the end is that page's start.
    let page = memory::page_size() as usize;
    let len = (top - low) / page * page + page;
    // SAFETY: nothing uses the old stack.
    unsafe { memory::unmap(low, len) }
}

/// First byte and size of the stack of the first thread's signal handlers.
pub fn handlers() -> (*mut u8, usize) {
    (HANDLERS.0.get().cast(), HANDLER_STACK)
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
