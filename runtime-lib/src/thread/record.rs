//! What the runtime knows of each thread: the thread pointer leads there.

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
    /// The address of this, which x86-64 needs to know it by.
    this: *const Record,
    /// The lowest address of its stack and where that ends; both 0 for the first thread.
    low: usize,
    top: usize,
    /// All that goes with the thread: address and length.
    pub mapping: (usize, usize),
    /// What it was started with.
    pub argument: i32,
    /// Its number for the program; 0 for the first. Set before it runs.
    pub id: Cell<i32>,
    /// The next and the one before of those that live; whoever looks at them holds the list's lock.
    pub next: Cell<*const Record>,
    /// See `next`.
    pub before: Cell<*const Record>,
    /// What the call that it is in uses. Only the thread itself looks at it.
    pub call: CallState,
}

// SAFETY: what others than the thread use does not change, or is behind the list's lock.
unsafe impl Sync for Record {}

impl Record {
    /// Of a thread that is not known yet.
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

    /// Where the stack is, if this is not the first thread.
    pub fn stack(&self) -> Option<(usize, usize)> {
        (self.top != 0).then_some((self.low, self.top))
    }

    /// Notes where this is.
    ///
    /// # Safety
    /// It stays at `at`, and is used by nobody else.
    pub unsafe fn settle(at: *mut Record) -> usize {
        // SAFETY: the caller's.
        unsafe { (*at).this = at };
        at as usize
    }
}

/// Whether threads have records: not before the start hook.
static KNOWN: AtomicBool = AtomicBool::new(false);

/// Says that this thread has a record, and all that follow.
pub fn known() {
    KNOWN.store(true, Relaxed);
}

/// This thread's record.
#[cfg(wasi_aot_object)]
pub fn current() -> Option<&'static Record> {
    // SAFETY: the start hook and `spawn` have set the thread pointer to a record, which lasts as long as the thread.
    KNOWN
        .load(Relaxed)
        .then(|| unsafe { &*(thread::pointer() as *const Record) })
}

/// This thread's record, in the library: tests have threads of their own.
#[cfg(all(not(wasi_aot_object), test))]
pub fn current() -> Option<&'static Record> {
    std::thread_local! {
        static RECORD: &'static Record =
            std::boxed::Box::leak(std::boxed::Box::new(Record::new((0, 0), (0, 0), 0)));
    }
    known();
    Some(RECORD.with(|record| *record))
}

/// This thread's record, in the library: there is none.
#[cfg(all(not(wasi_aot_object), not(test)))]
pub fn current() -> Option<&'static Record> {
    None
}
