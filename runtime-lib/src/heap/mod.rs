//! The heap of objects: allocation, and the collector.

mod collector;
mod object;
mod old;
mod raw;
mod roots;
mod stress;
mod tables;
#[cfg(test)]
mod tests;
mod young;

use crate::{
    cpu::frame_pointer,
    fatal::{bug, refuse_heap},
    mapped,
    memory::map_new,
    os::Errno,
    program::{config, program},
    recovery, stack,
    trap::wasi_aot_raise_trap,
};
use collector::Collector;
use core::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    sync::atomic::{AtomicBool, Ordering},
};
use roots::ProgramRoots;
use wasi_aot_abi::{
    MIN_HEAP, Trap,
    heap::{Free, Heap, most},
};

struct Static(UnsafeCell<MaybeUninit<Collector>>);

// SAFETY: only the program's single thread allocates.
unsafe impl Sync for Static {}

static COLLECTOR: Static = Static(UnsafeCell::new(MaybeUninit::uninit()));

/// Whether [`COLLECTOR`] is initialised.
static STARTED: AtomicBool = AtomicBool::new(false);

/// Allocates an object of `bytes` bytes: see [`wasi_aot_abi::symbols::HEAP_ALLOCATE`].
///
/// # Safety
/// The program must call it, on its stack.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_heap_allocate(free: &mut Free, bytes: u64) -> u64 {
    let fp = frame_pointer();
    let trap = if fp < stack::STACK_LIMIT.load(Ordering::Relaxed) {
        Trap::StackOverflow
    } else {
        let roots = ProgramRoots { heap: heap(), fp };
        match collector(roots.heap).allocate(free, bytes, &roots) {
            Ok(object) => return object,
            Err(collector::Full) => Trap::OutOfMemory,
        }
    };
    // SAFETY: as required of the caller.
    unsafe { wasi_aot_raise_trap(trap.code().into()) }
}

/// The collector of a heap with all the address space that it may have. Without `--max-heap` this
/// is the available space, which a limit on address space reduces.
fn start(heap: &'static Heap) -> Collector {
    let mut limit = config().max_heap.min(most(heap.reserved));
    loop {
        match reserved(heap, limit) {
            Ok(collector) => return collector,
            Err(_) if config().max_heap == u64::MAX && limit >= 2 * MIN_HEAP => limit /= 2,
            Err(errno) => refuse_heap(limit, errno),
        }
    }
}

/// The collector of a heap whose objects may take `limit` bytes, with address space for the heap
/// and the collector's tables.
fn reserved(heap: &'static Heap, limit: u64) -> Result<Collector, Errno> {
    let base = heap.base as usize;
    let len = (heap.reserved - most(heap.reserved) + limit) as usize;
    // SAFETY: the compiler has reserved these addresses.
    unsafe { map_new(base, len) }?;
    mapped::record(base, len)?;
    // SAFETY: the heap is mapped, and only code that follows the contract uses it.
    unsafe { Collector::new(heap, limit) }.inspect_err(|_| {
        // SAFETY: it has just been mapped, and the collector that would use it does not exist.
        let _ = unsafe { mapped::unmap(base, len) };
    })
}

/// The program's heap.
fn heap() -> &'static Heap {
    let heap = program().heap;
    if heap.is_null() {
        bug(b"a program without a heap allocates");
    }
    // SAFETY: it is not null, so it is read-only data of the program.
    unsafe { &*heap }
}

/// The program's collector.
#[expect(clippy::mut_from_ref, reason = "the heap only describes it")]
fn collector(heap: &'static Heap) -> &'static mut Collector {
    // SAFETY: a single thread allocates, and a collection does not allocate.
    let place = unsafe { &mut *COLLECTOR.0.get() };
    if STARTED.load(Ordering::Relaxed) {
        // SAFETY: it was initialised below.
        return unsafe { place.assume_init_mut() };
    }
    STARTED.store(true, Ordering::Relaxed);
    let collector = place.write(start(heap));
    if recovery::stress() {
        collector.stress();
    }
    collector
}
