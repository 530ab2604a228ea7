//! The allocator: it only goes up, but gives back what was allocated last. An instance serves one
//! request, so this is enough, and the component stays small.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes of a page.
pub const PAGE: usize = 65536;

unsafe extern "C" {
    /// Where the linker's data ends.
    static __heap_base: u8;
}

/// The next free byte, or 0 before the first allocation.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// The allocator of this component.
struct Upward;

#[global_allocator]
static UPWARD: Upward = Upward;

/// The first byte that is not allocated.
pub fn next() -> usize {
    match NEXT.load(Relaxed) {
        0 => (&raw const __heap_base).addr(),
        next => next,
    }
}

/// How many bytes the memory has.
pub fn size() -> usize {
    wasm32::memory_size::<0>() * PAGE
}

/// Grows the memory until it has `end` bytes; `false` if it cannot.
fn reach(end: usize) -> bool {
    let missing = end.saturating_sub(size()).div_ceil(PAGE);
    missing == 0 || wasm32::memory_grow::<0>(missing) != usize::MAX
}

// SAFETY: the bytes from `start` to `end` were never given away, or were given back: `NEXT` only
// goes down to the start of the last allocation. There are no threads.
unsafe impl GlobalAlloc for Upward {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = next().next_multiple_of(layout.align());
        match start.checked_add(layout.size()) {
            Some(end) if reach(end) => {
                NEXT.store(end, Relaxed);
                ptr::with_exposed_provenance_mut(start)
            }
            _ => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        if start.addr() + layout.size() == next() {
            NEXT.store(start.addr(), Relaxed);
        }
    }
}
