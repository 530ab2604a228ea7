//! Shared code of all interfaces for the host's objects: their numbers in the host are the
//! representations of handles here, and the host's refusals become traps. The representation of an
//! error is the system's number, which may have a mark
//! ([`crate::host::http::objects::failure`]).

use super::generated::io::error::Error;
use crate::{
    canonical::Own,
    component::raise,
    host::{
        handles::{HasChildren, TooMany},
        http::objects::failure::plain,
    },
    os::Errno,
};
use wasi_aot_abi::Trap;

/// The handle of a new object. Traps if there are too many.
pub fn own<R>(number: Result<u32, TooMany>) -> Own<R> {
    match number {
        Ok(number) => Own::new(number),
        Err(TooMany) => raise(Trap::TooManyHandles),
    }
}

/// The last handle of an object was dropped. Traps if objects that depend on it still exist.
pub fn dropped(removed: Result<(), HasChildren>) {
    if removed == Err(HasChildren) {
        raise(Trap::ResourceHasChildren);
    }
}

/// The handle of an error of the system.
pub fn error(errno: Errno) -> Own<Error> {
    Own::new(errno.number().into())
}

/// The error of a handle.
pub fn errno(rep: u32) -> Errno {
    plain(marked_errno(rep))
}

/// The error of a handle, with the mark of the stream from which it came.
pub fn marked_errno(rep: u32) -> Errno {
    Errno::from_number(rep as u16)
}
