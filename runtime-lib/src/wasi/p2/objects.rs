//! What all interfaces do with the host's objects: their numbers there are the representations of handles here, what the
//! host refuses is a trap. The representation of an error is the system's number.

use super::generated::io::error::Error;
use crate::{
    canonical::Own,
    component::raise,
    host::handles::{HasChildren, TooMany},
    os::Errno,
};
use wasi_aot_abi::Trap;

/// The handle of something new. Traps if there are too many.
pub fn own<R>(number: Result<u32, TooMany>) -> Own<R> {
    match number {
        Ok(number) => Own::new(number),
        Err(TooMany) => raise(Trap::TooManyHandles),
    }
}

/// The last handle of something is gone. Traps if something was made of it that lives.
pub fn dropped(removed: Result<(), HasChildren>) {
    if removed == Err(HasChildren) {
        raise(Trap::ResourceHasChildren);
    }
}

/// The handle of an error that the system has told.
pub fn error(errno: Errno) -> Own<Error> {
    Own::new(errno.number().into())
}

/// The error that a handle stands for.
pub fn errno(rep: u32) -> Errno {
    Errno::from_number(rep as u16)
}
