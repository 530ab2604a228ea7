//! A lock that waits in the kernel.

use crate::os::park;
use core::{
    hint,
    sync::atomic::{
        AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
};

/// Free; held; held, and another thread waits.
const FREE: u32 = 0;
const HELD: u32 = 1;
const WAITED_FOR: u32 = 2;

/// The number of attempts before a thread waits: a lock is held for a few hundred instructions.
const TRIES: u32 = 100;

/// A lock. Its holder must not lock it again.
#[derive(Debug, Default)]
pub struct Mutex {
    state: AtomicU32,
}

/// The lock is held while this value exists.
#[derive(Debug)]
pub struct Held<'a> {
    mutex: &'a Mutex,
}

impl Mutex {
    /// A free lock.
    pub const fn new() -> Self {
        Mutex {
            state: AtomicU32::new(FREE),
        }
    }

    /// Waits until the lock is free, and locks it.
    #[inline]
    pub fn hold(&self) -> Held<'_> {
        if self.change(FREE, HELD).is_err() {
            self.wait();
        }
        Held { mutex: self }
    }

    /// Locks it if it becomes free soon. For signal handlers, which may have interrupted the
    /// holder.
    pub fn try_hold(&self) -> Option<Held<'_>> {
        let mut tries = 0..TRIES;
        let taken = tries.any(|_| {
            hint::spin_loop();
            self.change(FREE, HELD).is_ok()
        });
        taken.then(|| Held { mutex: self })
    }

    fn change(&self, from: u32, to: u32) -> Result<u32, u32> {
        self.state.compare_exchange(from, to, Acquire, Relaxed)
    }

    #[cold]
    fn wait(&self) {
        for _ in 0..TRIES {
            if self.state.load(Relaxed) == FREE && self.change(FREE, HELD).is_ok() {
                return;
            }
            hint::spin_loop();
        }
        // A thread that has waited marks the lock as waited for, because it cannot know whether
        // others still wait.
        while self.state.swap(WAITED_FOR, Acquire) != FREE {
            // After a spurious wake-up it tries again.
            let _ = park::wait(&self.state, WAITED_FOR, None);
        }
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.mutex.state.swap(FREE, Release) == WAITED_FOR {
            park::wake(&raw const self.mutex.state, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::UnsafeCell;
    use std::{thread, time::Duration};

    struct Counter(UnsafeCell<u64>);

    // SAFETY: the tests access it only while they hold the lock.
    unsafe impl Sync for Counter {}

    #[test]
    fn one_thread_at_a_time_holds_it() {
        const ROUNDS: u64 = 20_000;
        let (mutex, counter) = (Mutex::new(), Counter(UnsafeCell::new(0)));
        let (mutex, counter) = (&mutex, &counter);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let _held = mutex.hold();
                        // SAFETY: the lock is held. Read and write are separate, to give other
                        // threads an opportunity to interfere.
                        unsafe {
                            let value = counter.0.get().read_volatile();
                            if round % 1024 == 0 {
                                thread::yield_now();
                            }
                            counter.0.get().write_volatile(value + 1);
                        }
                    }
                });
            }
        });
        // SAFETY: all threads have ended.
        assert_eq!(unsafe { *counter.0.get() }, 4 * ROUNDS);
        assert_eq!(mutex.state.load(Relaxed), FREE);
    }

    #[test]
    fn who_waits_is_woken() {
        let mutex = Mutex::new();
        thread::scope(|scope| {
            let held = mutex.hold();
            assert!(mutex.try_hold().is_none());
            let waiters: std::vec::Vec<_> =
                (0..3).map(|_| scope.spawn(|| drop(mutex.hold()))).collect();
            while mutex.state.load(Relaxed) != WAITED_FOR {
                thread::sleep(Duration::from_millis(1));
            }
            drop(held);
            for waiter in waiters {
                waiter.join().expect("it ends");
            }
        });
        assert!(mutex.try_hold().is_some());
    }
}
