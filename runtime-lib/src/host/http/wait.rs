//! Waits of the instance that runs in a server: limited by the time that its request has, and
//! reported when they last.

use crate::{
    host::clock,
    os::{
        Errno, Fd,
        ready::{Set, Woken, direction},
    },
    trap::wasi_aot_raise_trap,
};
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use wasi_aot_abi::Trap;

/// A wait is reported after this number of nanoseconds.
const SHORT: u64 = 2_000_000;

/// The longest part of a wait with a deadline, in nanoseconds: an emulator may begin a wait anew
/// that an alarm has interrupted.
const SLICE: u64 = 250_000_000;

/// What a server does about waits.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// The time of the monotonic clock until which the instance may wait; `u64::MAX`: always.
    pub deadline: u64,
    /// Called before an instance waits: passes on what it has written.
    pub before: fn(),
    /// Called when a wait lasts; returns a descriptor that is readable when `during` must be
    /// called.
    pub begin: fn() -> Fd,
    /// Called when that descriptor is readable.
    pub during: fn(),
    /// Called after a wait that was reported.
    pub end: fn(),
}

/// The server's; null: there is no server.
static WAITS: AtomicPtr<Waits> = AtomicPtr::new(ptr::null_mut());

/// Applies to all waits from now on.
///
/// # Safety
/// `waits` must be valid for the life of the process, and change only between host calls.
pub unsafe fn apply(waits: *mut Waits) {
    WAITS.store(waits, Ordering::Relaxed);
    crate::host::poll::wait_with(wait);
}

fn waits() -> Option<Waits> {
    // SAFETY: `apply` got it.
    unsafe { WAITS.load(Ordering::Relaxed).as_ref() }.copied()
}

/// Waits in place of [`Set::wait`]. The set must have room for one more member. Traps when the time
/// of the request is over.
pub fn wait(set: &mut Set) -> Result<Woken, Errno> {
    let Some(waits) = waits() else {
        return set.wait();
    };
    (waits.before)();
    let wanted = set.take_timer();
    let start = clock::monotonic();
    let own = wanted.min(waits.deadline.saturating_sub(start));
    set.timer(own.min(SHORT));
    let woken = set.wait()?;
    let result = match woken {
        Woken::Time(_) if own > SHORT => last(set, &waits, start, own),
        woken => Ok(woken),
    };
    if is_over() {
        // SAFETY: instances wait in host calls, on the program's stack.
        unsafe { wasi_aot_raise_trap(Trap::Timeout.code().into()) }
    }
    match result? {
        Woken::Time(_) => Ok(Woken::Time(wanted)),
        Woken::Ready => Ok(Woken::Ready),
    }
}

/// Whether the time of the request is over.
fn is_over() -> bool {
    waits().is_some_and(|waits| clock::monotonic() >= waits.deadline)
}

/// The rest of a wait that lasts.
fn last(set: &mut Set, waits: &Waits, start: u64, own: u64) -> Result<Woken, Errno> {
    let member = set.register((waits.begin)(), direction::IN);
    let result = loop {
        let passed = clock::monotonic().saturating_sub(start);
        let left = match own {
            u64::MAX => u64::MAX,
            _ => own.saturating_sub(passed),
        };
        let slice = match waits.deadline {
            u64::MAX => u64::MAX,
            _ => SLICE,
        };
        set.timer(left.min(slice));
        match set.wait() {
            Ok(Woken::Time(_)) if left > slice => {}
            Ok(Woken::Ready) if set.readiness(member).ready => {
                (waits.during)();
                if is_over() {
                    break Ok(Woken::Ready);
                }
                // Others may be ready, too: the next wait ends at once then.
                if set.ready_besides(member) {
                    break Ok(Woken::Ready);
                }
            }
            result => break result,
        }
    };
    (waits.end)();
    result
}

/// Waits until a descriptor is ready, for at most `limit` nanoseconds: `ETIMEDOUT`.
pub fn until(fd: Fd, direction: u16, limit: u64) -> Result<(), Errno> {
    let mut set = Set::new(2)?;
    set.register(fd, direction);
    set.timer(match limit {
        0 => u64::MAX,
        limit => limit,
    });
    match wait(&mut set)? {
        Woken::Ready => Ok(()),
        Woken::Time(_) => Err(Errno::ETIMEDOUT),
    }
}
