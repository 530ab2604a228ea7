//! No queue of readiness.

use super::{Errno, Fd, refused};

/// An event, which never comes.
#[derive(Clone, Copy, Default)]
pub struct Event(());

impl Event {
    /// Always 0.
    pub fn number(&self) -> u64 {
        0
    }
}

/// For what a descriptor is watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    /// It can be read, or its other end is closed.
    In,
    /// It can be written.
    Out,
    /// It can be read; of several queues that watch it, not all are woken.
    Shared,
}

/// A queue, which does not exist.
#[derive(Clone, Copy, Debug)]
pub struct Queue(pub Fd);

impl Queue {
    /// Always fails.
    pub fn new() -> Result<Self, Errno> {
        refused()
    }

    /// Adds nothing.
    pub fn add(self, _fd: Fd, _interest: Interest, _number: u64) -> Result<(), Errno> {
        refused()
    }

    /// Changes nothing.
    pub fn change(self, _fd: Fd, _interest: Interest, _number: u64) -> Result<(), Errno> {
        refused()
    }

    /// Removes nothing.
    pub fn remove(self, _fd: Fd) -> Result<(), Errno> {
        refused()
    }

    /// Waits for nothing.
    pub fn wait(self, _events: &mut [Event], _milliseconds: i32) -> Result<usize, Errno> {
        refused()
    }
}
