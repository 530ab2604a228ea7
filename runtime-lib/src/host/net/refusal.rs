//! Why sockets do not do what they are asked for.

use crate::{host::handles::TooMany, os::Errno};

/// What the system says, and what it has no number for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The state that it is in does not allow it.
    InvalidState,
    /// What is to be finished was not begun.
    NotInProgress,
    /// It is more than was allowed.
    NotPermitted,
    /// Something that was made of it lives.
    HasChildren,
    /// See [`TooMany`].
    TooMany,
    /// An error of the system, or one that it would have.
    Failed(Errno),
}

/// What sockets do.
pub type Result<T = (), E = Refusal> = core::result::Result<T, E>;

impl From<Errno> for Refusal {
    #[inline(always)]
    fn from(errno: Errno) -> Self {
        Refusal::Failed(errno)
    }
}

impl From<TooMany> for Refusal {
    #[inline(always)]
    fn from(TooMany: TooMany) -> Self {
        Refusal::TooMany
    }
}

/// The error of giving a socket an address, or connecting it: one of another family is no argument for it.
pub fn of_address(errno: Errno) -> Refusal {
    Refusal::Failed(match errno {
        Errno::EAFNOSUPPORT => Errno::EINVAL,
        errno => errno,
    })
}
