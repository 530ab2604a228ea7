//! The errors of operations on sockets.

use crate::{host::handles::TooMany, os::Errno};

/// Errors of the system, and errors for which it has no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The socket's state does not allow the operation.
    InvalidState,
    /// The operation to finish was not started.
    NotInProgress,
    /// It exceeds the permitted amount.
    NotPermitted,
    /// Objects that depend on it still exist.
    HasChildren,
    /// See [`TooMany`].
    TooMany,
    /// An error of the system, or one that it would return.
    Failed(Errno),
}

/// The result of an operation on sockets.
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

/// The error of binding or connecting: an address of another family is an invalid argument.
pub fn of_address(errno: Errno) -> Refusal {
    Refusal::Failed(match errno {
        Errno::EAFNOSUPPORT => Errno::EINVAL,
        errno => errno,
    })
}
