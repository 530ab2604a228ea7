//! Nothing is ready.

use super::{Errno, Fd, refused};

/// The directions in which a descriptor can be ready.
pub mod direction {
    /// It can be read.
    pub const IN: u16 = 1;
    /// It can be written.
    pub const OUT: u16 = 2;
}

/// A set, which cannot be made.
pub struct Set(());

/// A member of no set.
#[derive(Clone, Copy, Debug)]
pub struct Member(Fd);

impl Member {
    /// A member of no set.
    pub const NONE: Member = Member(Fd(0));

    /// The descriptor.
    pub fn fd(&self) -> Fd {
        self.0
    }
}

/// The state of a member of a [`Set`].
#[derive(Clone, Copy, Debug)]
pub struct Readiness {
    /// The corresponding call would not block.
    pub ready: bool,
    /// The other end is closed.
    pub hangup: bool,
}

/// The reason for which [`Set::wait`] has returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// A member is ready.
    Ready,
    /// The earliest timer, with this number of nanoseconds, has expired.
    Time(u64),
}

impl Set {
    /// Always fails.
    pub fn new(_most: usize) -> Result<Self, Errno> {
        refused()
    }

    /// Registers nothing.
    pub fn register(&mut self, fd: Fd, _direction: u16) -> Member {
        Member(fd)
    }

    /// Changes nothing.
    pub fn change(&mut self, _member: &mut Member, _direction: u16) {}

    /// Does nothing.
    pub fn timer(&mut self, _nanoseconds: u64) {}

    /// There is none.
    pub fn take_timer(&mut self) -> u64 {
        u64::MAX
    }

    /// Nothing is ready.
    pub fn ready_besides(&mut self, _member: Member) -> bool {
        false
    }

    /// Does not wait.
    pub fn wait(&mut self) -> Result<Woken, Errno> {
        refused()
    }

    /// Nothing is ready.
    pub fn readiness(&mut self, _member: Member) -> Readiness {
        Readiness {
            ready: false,
            hangup: false,
        }
    }
}

/// Does not wait.
pub fn sleep(_nanoseconds: u64) -> Result<(), Errno> {
    refused()
}

/// Does not wait.
pub fn wait_for(_fd: Fd, _direction: u16) {}

/// Always `false`.
pub fn is_ready(_fd: Fd, _direction: u16) -> bool {
    false
}
