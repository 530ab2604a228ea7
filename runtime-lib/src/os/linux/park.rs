//! Waits until another thread has changed a word.

use super::{Errno, time::Timespec};
use core::{ptr, sync::atomic::AtomicU32};
use wasi_aot_abi::linux::futex;

/// Waits while `word` has the value `value`, until [`wake`] is called, or until `deadline`
/// (`ETIMEDOUT`; `None`: never). May also return without a reason.
pub fn wait(word: &AtomicU32, value: u32, deadline: Option<&Timespec>) -> Result<(), Errno> {
    /// `FUTEX_BITSET_MATCH_ANY`
    const ANY: u32 = u32::MAX;
    // The deadline of this operation is an absolute time of the monotonic clock.
    const WAIT: u32 = futex::FUTEX_WAIT_BITSET_PRIVATE;
    let deadline = deadline.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: the call reads the word and the deadline.
    let result = unsafe { syscall!(futex, word.as_ptr(), WAIT, value, deadline, 0, ANY) };
    match result {
        // The word already had another value.
        Err(Errno::EAGAIN) => Ok(()),
        result => result.map(drop),
    }
}

/// Wakes at most `count` waiters on `word`, which may no longer exist.
pub fn wake(word: *const AtomicU32, count: u32) {
    // SAFETY: the call accesses no memory; it fails if nothing can wait there.
    let _ = unsafe { syscall!(futex, word, futex::FUTEX_WAKE_PRIVATE, count) };
}
