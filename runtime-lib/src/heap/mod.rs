//! The heap of objects: memory for them, and the collector.

use crate::{
    fatal::{bug, refuse_region},
    memory::Refused,
    os::memory::{map_at, protection},
    program::program,
    trap::wasi_aot_raise_trap,
};
use wasi_aot_abi::{
    Trap,
    heap::{Free, Heap, most},
};

/// The program's heap.
fn heap() -> &'static Heap {
    let heap = program().heap;
    if heap.is_null() {
        bug(b"a program without a heap allocates");
    }
    // SAFETY: not null: the program's read-only data.
    unsafe { &*heap }
}

/// Room for an object of `bytes` bytes, all zero.
///
/// # Safety
/// Called by the program.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_heap_allocate(free: &mut Free, bytes: u64) -> u64 {
    let heap = heap();
    if free.end == 0 {
        let (address, len) = (heap.base as usize, heap.reserved as usize);
        // SAFETY: the compiler has set these addresses aside.
        let mapped = unsafe { map_at(address, len, protection::READ | protection::WRITE) };
        if let Err(errno) = mapped {
            refuse_region(&Refused {
                address,
                bytes: len,
                errno,
            });
        }
        free.next = heap.base as u64 + heap.reserved - most(heap.reserved);
        free.end = free.next + heap.limit;
    }
    if bytes > free.end - free.next {
        // SAFETY: on the program's stack.
        unsafe { wasi_aot_raise_trap(Trap::OutOfMemory.code().into()) }
    }
    let object = free.next;
    free.next += bytes;
    object
}
