//! Programs have one thread: the twin of `thread` for all that start no others. It costs nothing.

use crate::os::{Errno, Fd, fd};
use core::cell::Cell;

/// A lock that nobody else asks for.
#[derive(Debug)]
pub struct Lock;

/// See [`Lock`].
#[derive(Debug)]
pub struct Held;

// Who lets go early says so, for the twin's sake.
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

    /// It is held already.
    #[inline(always)]
    pub fn hold(&self) -> Held {
        Held
    }

    /// The same.
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

/// A host function is entered.
#[inline(always)]
pub fn enter() -> Call {
    Call
}

/// The table of descriptors is looked at or changed.
#[inline(always)]
pub fn lock() -> Held {
    Held
}

/// `fd` stays open for the length of the call.
#[inline(always)]
pub fn pin(_: &Held, _: Fd) -> Result<(), Errno> {
    Ok(())
}

/// Whether `fd`, which has no number any more, is to be closed now.
#[inline(always)]
pub fn release(_: &Held, _: Fd) -> bool {
    true
}

/// Nobody else uses `fd` meanwhile.
#[inline(always)]
pub fn exclusive(_: Fd) -> Result<Held, Errno> {
    Ok(Held)
}

/// Numbers that calls will give away.
#[inline(always)]
pub fn reserved(_: &Held) -> usize {
    0
}

/// This call will give away a number.
#[inline(always)]
pub fn reserve(_: &Held) {}

/// It has.
#[inline(always)]
pub fn unreserve(_: &Held) {}

/// Closes a descriptor of the kernel.
#[inline(always)]
pub fn close(fd: Fd) -> Result<(), Errno> {
    fd::close(fd)
}

/// The lowest address of the stack and where it ends, if it is not the first thread's.
#[inline(always)]
pub fn stack() -> Option<(usize, usize)> {
    None
}

/// Somebody else ends the process.
#[inline(always)]
pub fn leave() {}

/// A value in memory that the program can change.
#[inline(always)]
pub fn read<T: Copy>(cell: &Cell<T>) -> T {
    cell.get()
}
