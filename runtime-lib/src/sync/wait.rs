//! `memory.atomic.wait32`, `wait64` and `notify`: queues of threads by the address on which they
//! wait.
//!
//! The kernel's own queues only support 32-bit words. Here a thread enters a queue while it holds
//! the queue's lock and has found the expected value; a notifying thread holds the same lock. So a
//! waiting thread either sees a value that is stored before a notification, or is already in the
//! queue, and only threads that are woken are counted.

use super::Mutex;
use crate::os::{
    Errno, park,
    time::{self, Clock, Timespec},
};
use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{
        AtomicU32, AtomicU64,
        Ordering::{Acquire, Release, SeqCst},
    },
};

/// The results of a wait.
const WOKEN: u64 = 0;
const NOT_EQUAL: u64 = 1;
const TIMED_OUT: u64 = 2;

/// A waiting thread; on its own stack.
struct Waiter {
    address: usize,
    /// Not 0: it has been removed from its queue, and need not wait any longer.
    woken: AtomicU32,
    /// The next and the previous waiter in the queue. Only a holder of the queue's lock accesses
    /// them.
    next: UnsafeCell<*const Waiter>,
    before: UnsafeCell<*const Waiter>,
}

/// Waiters for some addresses, in the order of their arrival.
struct Queue {
    lock: Mutex,
    first: UnsafeCell<*const Waiter>,
    last: UnsafeCell<*const Waiter>,
}

// SAFETY: the list is only accessed under the lock; other accesses to its members are atomic, to
// `woken`.
unsafe impl Sync for Queue {}

/// The number of queues, a power of two.
const QUEUES: usize = 64;

static ALL: [Queue; QUEUES] = [const { Queue::new() }; QUEUES];

/// The queue for an address.
fn queue(address: usize) -> &'static Queue {
    // Fibonacci hashing: neighbouring addresses have different queues.
    let hash = (address as u64 >> 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let index = (hash >> (u64::BITS - QUEUES.ilog2())) as usize;
    ALL.get(index).unwrap_or(&ALL[0])
}

impl Queue {
    const fn new() -> Self {
        Queue {
            lock: Mutex::new(),
            first: UnsafeCell::new(ptr::null()),
            last: UnsafeCell::new(ptr::null()),
        }
    }

    /// Appends a waiter.
    ///
    /// # Safety
    /// The lock must be held; the waiter must not move until it is removed, and must be in no
    /// queue.
    unsafe fn push(&self, waiter: &Waiter) {
        // SAFETY: as required of the caller; all members exist.
        unsafe {
            let last = self.last.get().replace(waiter);
            *waiter.before.get() = last;
            match last.as_ref() {
                Some(last) => *last.next.get() = waiter,
                None => *self.first.get() = waiter,
            }
        }
    }

    /// Removes a waiter; returns the next one.
    ///
    /// # Safety
    /// The lock must be held; the waiter must be in this queue.
    unsafe fn remove(&self, waiter: &Waiter) -> *const Waiter {
        // SAFETY: as required of the caller; all members exist.
        unsafe {
            let (before, next) = (*waiter.before.get(), *waiter.next.get());
            match before.as_ref() {
                Some(before) => *before.next.get() = next,
                None => *self.first.get() = next,
            }
            match next.as_ref() {
                Some(next) => *next.before.get() = before,
                None => *self.last.get() = before,
            }
            next
        }
    }
}

/// The time `timeout` nanoseconds from now; `None`: never, because `timeout` is negative.
fn deadline(timeout: i64) -> Option<Timespec> {
    const SECOND: i64 = 1_000_000_000;
    if timeout < 0 {
        return None;
    }
    // The monotonic clock always exists.
    let now = time::clock_gettime(Clock::Monotonic).unwrap_or_default();
    let nanoseconds = now.nanoseconds + timeout % SECOND;
    Some(Timespec {
        seconds: now.seconds + timeout / SECOND + nanoseconds / SECOND,
        nanoseconds: nanoseconds % SECOND,
    })
}

/// Waits at `address` if `is_expected` holds.
fn wait(address: usize, is_expected: impl FnOnce() -> bool, timeout: i64) -> u64 {
    let deadline = deadline(timeout);
    let queue = queue(address);
    let waiter = Waiter {
        address,
        woken: AtomicU32::new(0),
        next: UnsafeCell::new(ptr::null()),
        before: UnsafeCell::new(ptr::null()),
    };
    {
        let _held = queue.lock.hold();
        if !is_expected() {
            return NOT_EQUAL;
        }
        // SAFETY: the lock is held; the waiter leaves the queue before this function returns.
        unsafe { queue.push(&waiter) };
    }
    while waiter.woken.load(Acquire) == 0 {
        if park::wait(&waiter.woken, 0, deadline.as_ref()) != Err(Errno::ETIMEDOUT) {
            continue;
        }
        let _held = queue.lock.hold();
        if waiter.woken.load(Acquire) == 0 {
            // SAFETY: the lock is held, and no other thread has removed the waiter.
            unsafe { queue.remove(&waiter) };
            return TIMED_OUT;
        }
    }
    WOKEN
}

/// Wakes at most `count` waiters at `address`; returns their number.
fn notify(address: usize, count: u64) -> u64 {
    let queue = queue(address);
    let _held = queue.lock.hold();
    let mut woken = 0;
    // SAFETY: the lock is held.
    let mut next = unsafe { *queue.first.get() };
    while woken < count {
        // SAFETY: members exist while they are in the queue.
        let Some(waiter) = (unsafe { next.as_ref() }) else {
            break;
        };
        if waiter.address != address {
            // SAFETY: the lock is held.
            next = unsafe { *waiter.next.get() };
            continue;
        }
        // SAFETY: the lock is held, and the waiter is in the queue.
        next = unsafe { queue.remove(waiter) };
        let word = &raw const waiter.woken;
        // After this the waiter may no longer exist, so only its address is used.
        waiter.woken.store(1, Release);
        park::wake(word, 1);
        woken += 1;
    }
    woken
}

/// `memory.atomic.wait32`.
///
/// # Safety
/// `address` must be a multiple of 4, and that of a word of memory that stays mapped.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_wait32(address: *mut u32, expected: u64, timeout: i64) -> u64 {
    // SAFETY: as required of the caller.
    let word = unsafe { AtomicU32::from_ptr(address) };
    wait(
        address as usize,
        || word.load(SeqCst) == expected as u32,
        timeout,
    )
}

/// `memory.atomic.wait64`.
///
/// # Safety
/// `address` must be a multiple of 8, and that of a word of memory that stays mapped.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_wait64(address: *mut u64, expected: u64, timeout: i64) -> u64 {
    // SAFETY: as required of the caller.
    let word = unsafe { AtomicU64::from_ptr(address) };
    wait(address as usize, || word.load(SeqCst) == expected, timeout)
}

/// `memory.atomic.notify`.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_notify(address: usize, count: u64) -> u64 {
    notify(address, count)
}

#[cfg(test)]
mod tests;
