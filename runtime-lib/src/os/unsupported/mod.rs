//! A system that supports nothing: it defines every item of the contract, and all operations fail.
//! Only CI compiles it, to check that the contract lists everything that a new system must provide.

pub mod alarm;
pub mod child;
pub mod confine;
pub mod errno;
pub mod fault;
pub mod fd;
pub mod memory;
pub mod names;
pub mod pages;
pub mod park;
pub mod path;
pub mod process;
pub mod queue;
pub mod ready;
pub mod socket;
pub mod thread;
pub mod time;

use errno::Errno;
use fd::{Fd, IoRead, IoWrite};

/// The result of all operations.
fn refused<T>() -> Result<T, Errno> {
    Err(Errno::ENOSYS)
}

/// The body of functions that do not return.
fn never() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
