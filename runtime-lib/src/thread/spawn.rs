//! The start and end of threads.

use super::{
    record::{self, Record},
    uses::occupy_streams,
};
use crate::{
    fatal::bug,
    os::{Errno, fault, memory, thread},
    program::{config, program},
    stack,
    sync::Mutex,
};
use core::{
    cell::UnsafeCell,
    iter, ptr,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};
use wasi_aot_abi::{
    MAX_THREADS, Region,
    program::{ThreadState, Threads},
};

/// Threads have numbers from 1 to this, as wasi-threads specifies.
const MOST: u64 = 0x1fff_ffff;

/// The result for the program if no thread was started.
const FAILED: i32 = -1;

/// The live threads, except the first.
struct List {
    lock: Mutex,
    first: UnsafeCell<*const Record>,
}

// SAFETY: it is only accessed under the lock.
unsafe impl Sync for List {}

static LIST: List = List {
    lock: Mutex::new(),
    first: UnsafeCell::new(ptr::null()),
};

/// The number of threads in the list, including those that are about to be added.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// The count of numbers that have been assigned; after the last one they start again.
static STARTED: AtomicU64 = AtomicU64::new(0);

struct First(UnsafeCell<Record>);

// SAFETY: only the first thread uses it, after the hook has stored its address.
unsafe impl Sync for First {}

static FIRST: First = First(UnsafeCell::new(Record::new((0, 0), (0, 0), 0)));

/// Registers the first thread.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_threads() {
    let Some(threads) = threads() else {
        bug(b"the program has no threads")
    };
    // SAFETY: the record stays in place; the first thread's state belongs to the program.
    unsafe {
        thread::set_pointer(Record::settle(FIRST.0.get()));
        (*threads.first).stack_limit = stack::limit() as u64;
    }
    record::known();
    if occupy_streams().is_err() {
        bug(b"there is no room for a descriptor");
    }
}

fn threads() -> Option<&'static Threads> {
    // SAFETY: it is null, or immutable data of the image.
    unsafe { program().threads.as_ref() }
}

/// `thread-spawn` of wasi-threads: starts a thread, which calls `wasi_thread_start` of its own
/// instance. Returns its number, or a negative value.
#[unsafe(export_name = "wasi.thread-spawn")]
pub extern "C" fn thread_spawn(_: Option<&Region>, argument: i32) -> i32 {
    let Some(threads) = threads() else {
        return FAILED;
    };
    if THREADS.fetch_add(1, Relaxed) < MAX_THREADS
        && let Ok(id) = spawn(threads, argument)
    {
        return id;
    }
    THREADS.fetch_sub(1, Relaxed);
    FAILED
}

fn spawn(threads: &Threads, argument: i32) -> Result<i32, Errno> {
    let above = above(threads);
    let stack = stack::map(config().max_stack, above)?;
    let state = ptr::with_exposed_provenance_mut::<u8>(stack.top);
    let record = state
        .wrapping_add(above - size_of::<Record>())
        .cast::<Record>();
    // SAFETY: all of it is within the mapping, which nothing else uses yet; the state is aligned to
    // the mapping's pages.
    let (started, id) = unsafe {
        ptr::copy_nonoverlapping(threads.initial, state, threads.bytes as usize);
        (*state.cast::<ThreadState>()).stack_limit = stack.limit() as u64;
        let own = (stack.low(), stack.top);
        record.write(Record::new(own, (stack.base, stack.len), argument));
        let pointer = Record::settle(record);
        let id = enlist(&*record);
        (thread::start(stack.top, main, pointer), id)
    };
    if let Err(error) = started {
        // SAFETY: the thread does not exist.
        unsafe {
            unlist(&*record);
            memory::unmap(stack.base, stack.len)?;
        }
        return Err(error);
    }
    Ok(id)
}

/// Bytes above a thread's stack: its state, and its record at the end.
fn above(threads: &Threads) -> usize {
    /// A multiple of every page size.
    const UNIT: usize = 65536;
    (threads.bytes as usize + size_of::<Record>()).next_multiple_of(UNIT)
}

/// Assigns a number to a thread that no other live thread has, and adds it to the list.
///
/// # Safety
/// The record must exist until [`unlist`].
unsafe fn enlist(record: &Record) -> i32 {
    let _held = LIST.lock.hold();
    // SAFETY: the lock is held, so all records in the list exist.
    let first = unsafe { (*LIST.first.get()).as_ref() };
    // SAFETY: as above.
    let others = iter::successors(first, |other| unsafe { other.next.get().as_ref() });
    let id = loop {
        let started = STARTED.fetch_add(1, Relaxed);
        let id = (started % MOST) as i32 + 1;
        if started < MOST || others.clone().all(|other| other.id.get() != id) {
            break id;
        }
    };
    record.id.set(id);
    if let Some(first) = first {
        record.next.set(first);
        first.before.set(record);
    }
    // SAFETY: as above.
    unsafe { *LIST.first.get() = record };
    id
}

/// Removes a thread from the list.
///
/// # Safety
/// It must be in the list.
unsafe fn unlist(record: &Record) {
    let _held = LIST.lock.hold();
    // SAFETY: the lock is held, so all records in the list exist.
    unsafe {
        let (before, next) = (record.before.get(), record.next.get());
        match before.as_ref() {
            Some(before) => before.next.set(next),
            None => *LIST.first.get() = next,
        }
        if let Some(next) = next.as_ref() {
            next.before.set(before);
        }
    }
}

/// The entry of a thread, with the address of its record.
unsafe extern "C" fn main(pointer: usize) -> ! {
    // SAFETY: `spawn` has prepared all of it for this thread.
    let record = unsafe { &*ptr::with_exposed_provenance::<Record>(pointer) };
    let (base, _) = record.mapping;
    // SAFETY: the lowest part of the mapping is reserved for this.
    let prepared = unsafe { fault::set_stack(base as *mut u8, stack::HANDLER_STACK) };
    let (Ok(()), Some(threads), Some((_, top))) = (prepared, threads(), record.stack()) else {
        bug(b"a thread cannot be started")
    };
    // SAFETY: the state is above the stack; the code after this ends the thread.
    unsafe {
        (threads.start)(
            ptr::with_exposed_provenance_mut(top),
            record.id.get(),
            record.argument,
        );
        end(record)
    }
}

/// Ends a thread, and frees everything that belongs to it.
///
/// # Safety
/// It must be the current thread, and nothing of the program may continue to run on its stack.
unsafe fn end(record: &Record) -> ! {
    // A signal handler would run on pages that are about to be unmapped.
    if thread::uninterrupted().is_err() {
        bug(b"signals cannot be blocked");
    }
    record.call.free();
    let (base, len) = record.mapping;
    // SAFETY: as required of the caller.
    unsafe {
        unlist(record);
        THREADS.fetch_sub(1, Relaxed);
        thread::unmap_and_exit(base, len)
    }
}
