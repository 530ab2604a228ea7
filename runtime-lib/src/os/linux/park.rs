//! Waiting until another thread has changed a word.

use super::{Errno, time::Timespec};
use core::{ptr, sync::atomic::AtomicU32};
use wasi_aot_abi::linux::futex;

/// Waits as long as `word` is `value`, until somebody calls [`wake`], or until `deadline` (`ETIMEDOUT`; `None`: never). May also
/// return for no reason.
pub fn wait(word: &AtomicU32, value: u32, deadline: Option<&Timespec>) -> Result<(), Errno> {
    /// `FUTEX_BITSET_MATCH_ANY`
    const ANY: u32 = u32::MAX;
    // The deadline of this operation is a point in time of the monotonic clock.
    const WAIT: u32 = futex::FUTEX_WAIT_BITSET_PRIVATE;
    let deadline = deadline.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: reads the word and the deadline.
    let result = unsafe { syscall!(futex, word.as_ptr(), WAIT, value, deadline, 0, ANY) };
    match result {
        // It had another value already.
        Err(Errno::EAGAIN) => Ok(()),
        result => result.map(drop),
    }
}

/// Wakes at most `count` of those who wait for `word`, which may be gone by now.
pub fn wake(word: *const AtomicU32, count: u32) {
    // SAFETY: touches no memory; an error is that nobody can wait there.
    let _ = unsafe { syscall!(futex, word, futex::FUTEX_WAKE_PRIVATE, count) };
}
