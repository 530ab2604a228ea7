//! The single thread of a program: the counterpart of `thread` for programs that start no others.
//! It costs nothing.

use crate::os::{Errno, Fd, fd};
use core::cell::Cell;

/// A lock without contention.
#[derive(Debug)]
pub struct Lock;

/// See [`Lock`].
#[derive(Debug)]
pub struct Held;

// An early release is explicit in the code, because the counterpart needs it.
impl Drop for Held {
    #[inline(always)]
    fn drop(&mut self) {}
}

impl Lock {
    /// A lock.
    #[expect(clippy::new_without_default, reason = "as the twin's")]
    pub const fn new() -> Self {
        Lock
    }

    /// Always succeeds.
    #[inline(always)]
    pub fn hold(&self) -> Held {
        Held
    }

    /// Always succeeds.
    #[inline(always)]
    pub fn try_hold(&self) -> Option<Held> {
        Some(Held)
    }
}

/// A call of a host function.
#[derive(Debug)]
pub struct Call;

impl Drop for Call {
    #[inline(always)]
    fn drop(&mut self) {}
}

/// Enters a host function.
#[inline(always)]
pub fn enter() -> Call {
    Call
}

/// Locks the table of descriptors.
#[inline(always)]
pub fn lock() -> Held {
    Held
}

/// Keeps `fd` open during the call.
#[inline(always)]
pub fn pin(_: &Held, _: Fd) -> Result<(), Errno> {
    Ok(())
}

/// Whether to close `fd` now, after its number was removed.
#[inline(always)]
pub fn release(_: &Held, _: Fd) -> bool {
    true
}

/// Excludes other users of `fd`.
#[inline(always)]
pub fn exclusive(_: Fd) -> Result<Held, Errno> {
    Ok(Held)
}

/// The count of numbers that calls have reserved.
#[inline(always)]
pub fn reserved(_: &Held) -> usize {
    0
}

/// Reserves a number for this call.
#[inline(always)]
pub fn reserve(_: &Held) {}

/// Releases that reservation.
#[inline(always)]
pub fn unreserve(_: &Held) {}

/// Closes a descriptor of the kernel.
#[inline(always)]
pub fn close(fd: Fd) -> Result<(), Errno> {
    fd::close(fd)
}

/// The stack's lowest address and its end, if it is not the first thread's.
#[inline(always)]
pub fn stack() -> Option<(usize, usize)> {
    None
}

/// Waits while another thread ends the process: there is none.
#[inline(always)]
pub fn leave() {}

/// Reads a value in memory that the program can change.
#[inline(always)]
pub fn read<T: Copy>(cell: &Cell<T>) -> T {
    cell.get()
}
