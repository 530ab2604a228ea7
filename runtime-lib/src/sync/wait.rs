//! `memory.atomic.wait32`, `wait64` and `notify`: queues of threads by the address that they wait for.
//!
//! The kernel's own queues know words of 32 bits only. Here a thread enters a queue while it holds the queue's lock and has
//! found the expected value there; whoever notifies holds the same lock. So a value that is stored before a notification
//! is either seen by the one that wants to wait, or that one is in the queue, and none is counted that was not woken.

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

/// What a wait comes to.
const WOKEN: u64 = 0;
const NOT_EQUAL: u64 = 1;
const TIMED_OUT: u64 = 2;

/// A thread that waits; on its own stack.
struct Waiter {
    address: usize,
    /// Not 0: somebody has taken it out of its queue, and it need not wait any more.
    woken: AtomicU32,
    /// The next and the one before in the queue. Only whoever holds the queue looks at them.
    next: UnsafeCell<*const Waiter>,
    before: UnsafeCell<*const Waiter>,
}

/// Waiters for some addresses, in the order in which they came.
struct Queue {
    lock: Mutex,
    first: UnsafeCell<*const Waiter>,
    last: UnsafeCell<*const Waiter>,
}

// SAFETY: the lock is held for all access to the list; its members are shared by their `woken` alone.
unsafe impl Sync for Queue {}

/// How many queues there are, a power of two.
const QUEUES: usize = 64;

static ALL: [Queue; QUEUES] = [const { Queue::new() }; QUEUES];

/// The queue of an address.
fn queue(address: usize) -> &'static Queue {
    // Fibonacci hashing: neighbours in memory are in different queues.
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

    /// Adds a waiter at the end.
    ///
    /// # Safety
    /// The lock is held; the waiter stays where it is until it is removed, and is in no queue.
    unsafe fn push(&self, waiter: &Waiter) {
        // SAFETY: the caller's; all members exist.
        unsafe {
            let last = self.last.get().replace(waiter);
            *waiter.before.get() = last;
            match last.as_ref() {
                Some(last) => *last.next.get() = waiter,
                None => *self.first.get() = waiter,
            }
        }
    }

    /// Takes a waiter out: the one behind it.
    ///
    /// # Safety
    /// The lock is held; the waiter is in this queue.
    unsafe fn remove(&self, waiter: &Waiter) -> *const Waiter {
        // SAFETY: the caller's; all members exist.
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

/// When `timeout` nanoseconds from now are over; `None`: never, because it is negative.
fn deadline(timeout: i64) -> Option<Timespec> {
    const SECOND: i64 = 1_000_000_000;
    if timeout < 0 {
        return None;
    }
    // The monotonic clock is always there.
    let now = time::clock_gettime(Clock::Monotonic).unwrap_or_default();
    let nanoseconds = now.nanoseconds + timeout % SECOND;
    Some(Timespec {
        seconds: now.seconds + timeout / SECOND + nanoseconds / SECOND,
        nanoseconds: nanoseconds % SECOND,
    })
}

/// Waits at `address` if `is_expected` there.
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
        // SAFETY: the lock is held; the waiter leaves the queue before this function does.
        unsafe { queue.push(&waiter) };
    }
    while waiter.woken.load(Acquire) == 0 {
        if park::wait(&waiter.woken, 0, deadline.as_ref()) != Err(Errno::ETIMEDOUT) {
            continue;
        }
        let _held = queue.lock.hold();
        if waiter.woken.load(Acquire) == 0 {
            // SAFETY: the lock is held, and nobody has taken the waiter out.
            unsafe { queue.remove(&waiter) };
            return TIMED_OUT;
        }
    }
    WOKEN
}

/// Wakes at most `count` of those who wait at `address`: how many it were.
fn notify(address: usize, count: u64) -> u64 {
    let queue = queue(address);
    let _held = queue.lock.hold();
    let mut woken = 0;
    // SAFETY: the lock is held.
    let mut next = unsafe { *queue.first.get() };
    while woken < count {
        // SAFETY: all members exist as long as they are in the queue.
        let Some(waiter) = (unsafe { next.as_ref() }) else {
            break;
        };
        if waiter.address != address {
            // SAFETY: the lock is held.
            next = unsafe { *waiter.next.get() };
            continue;
        }
        // SAFETY: the lock is held, and it is in the queue.
        next = unsafe { queue.remove(waiter) };
        let word = &raw const waiter.woken;
        // From here on the waiter may be gone: its address is all that is used.
        waiter.woken.store(1, Release);
        park::wake(word, 1);
        woken += 1;
    }
    woken
}

/// `memory.atomic.wait32`.
///
/// # Safety
/// `address` is a multiple of 4, and a word of memory that stays.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_wait32(address: *mut u32, expected: u64, timeout: i64) -> u64 {
    // SAFETY: the caller's.
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
/// `address` is a multiple of 8, and a word of memory that stays.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_wait64(address: *mut u64, expected: u64, timeout: i64) -> u64 {
    // SAFETY: the caller's.
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
