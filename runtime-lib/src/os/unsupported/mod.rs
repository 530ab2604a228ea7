//! No system: every item of the contract, and each of them refuses. Compiled in CI alone, so that
//! what a new system has to offer is known to be the whole of it.

pub mod alarm;
pub mod confine;
pub mod errno;
pub mod fault;
pub mod fd;
pub mod memory;
pub mod names;
pub mod park;
pub mod path;
pub mod process;
pub mod ready;
pub mod socket;
pub mod thread;
pub mod time;

use errno::Errno;
use fd::{Fd, IoRead, IoWrite};

/// The answer to everything.
fn refused<T>() -> Result<T, Errno> {
    Err(Errno::ENOSYS)
}

/// Where a function that does not return ends.
fn never() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
