//! The runtime's data about each thread; the thread pointer is its address.

use super::uses::CallState;
#[cfg(wasi_aot_object)]
use crate::os::thread;
use core::{
    cell::Cell,
    ptr,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

/// A thread.
#[derive(Debug)]
#[repr(C)]
pub struct Record {
    /// The address of this record, where x86-64 code reads it.
    this: *const Record,
    /// The lowest address of its stack and the stack's end; both 0 for the first thread.
    low: usize,
    top: usize,
    /// The mapping that is freed with the thread: address and length.
    pub mapping: (usize, usize),
    /// Its start argument.
    pub argument: i32,
    /// Its number for the program; 0 for the first. Set before it runs.
    pub id: Cell<i32>,
    /// The next and the previous live thread; accessed only under the list's lock.
    pub next: Cell<*const Record>,
    /// See `next`.
    pub before: Cell<*const Record>,
    /// The descriptors used by its current call. Only the thread itself accesses it.
    pub call: CallState,
}

// SAFETY: the parts that other threads access are constant, or protected by the list's lock.
unsafe impl Sync for Record {}

impl Record {
    /// The record of a thread that is not registered yet.
    pub const fn new(stack: (usize, usize), mapping: (usize, usize), argument: i32) -> Record {
        Record {
            this: ptr::null(),
            low: stack.0,
            top: stack.1,
            mapping,
            argument,
            id: Cell::new(0),
            next: Cell::new(ptr::null()),
            before: Cell::new(ptr::null()),
            call: CallState::NONE,
        }
    }

    /// The stack's lowest address and end, unless this is the first thread.
    pub fn stack(&self) -> Option<(usize, usize)> {
        (self.top != 0).then_some((self.low, self.top))
    }

    /// Stores the record's own address in it, and returns it.
    ///
    /// # Safety
    /// The record must stay at `at`, and nothing else may use it now.
    pub unsafe fn settle(at: *mut Record) -> usize {
        // SAFETY: as required of the caller.
        unsafe { (*at).this = at };
        at as usize
    }
}

/// Whether threads have records: not before the start hook.
static KNOWN: AtomicBool = AtomicBool::new(false);

/// Declares that this thread and all later ones have records.
pub fn known() {
    KNOWN.store(true, Relaxed);
}

/// This thread's record.
#[cfg(wasi_aot_object)]
pub fn current() -> Option<&'static Record> {
    // SAFETY: the start hook and `spawn` have set the thread pointer to a record, which exists as
    // long as the thread.
    KNOWN
        .load(Relaxed)
        .then(|| unsafe { &*(thread::pointer() as *const Record) })
}

/// This thread's record in unit tests, which have their own threads.
#[cfg(all(not(wasi_aot_object), test))]
pub fn current() -> Option<&'static Record> {
    std::thread_local! {
        static RECORD: &'static Record =
            std::boxed::Box::leak(std::boxed::Box::new(Record::new((0, 0), (0, 0), 0)));
    }
    known();
    Some(RECORD.with(|record| *record))
}

/// This thread's record outside of tests in the library: there is none.
#[cfg(all(not(wasi_aot_object), not(test)))]
pub fn current() -> Option<&'static Record> {
    None
}
