//! Threads: those that a program starts (wasi-threads), and what the runtime needs so that several may call it.
//!
//! Programs that start no threads have the twin, `no_threads.rs`: there all of this is nothing.
//!
//! | module | what |
//! |---|---|
//! | `record` | what the runtime knows of each thread |
//! | `spawn` | their beginning and end |
//! | `uses` | which descriptors calls are using: such a one is not closed before the last of them is over |

pub mod record;
pub mod spawn;
pub mod uses;

pub use crate::sync::{Held, Mutex as Lock};
pub use uses::{Call, close, enter, exclusive, lock, pin, release, reserve, reserved, unreserve};

use crate::os::park;
use core::{cell::Cell, sync::atomic::AtomicU32};

/// The lowest address of this thread's stack and where it ends; `None`: the first thread's.
pub fn stack() -> Option<(usize, usize)> {
    record::current().and_then(|record| record.stack())
}

/// Another thread ends the process: waits for that.
pub fn leave() -> ! {
    let never = AtomicU32::new(0);
    loop {
        // Whatever it returns for.
        let _ = park::wait(&never, 0, None);
    }
}

/// A value in memory that other threads may be changing: it is read once, whatever is made of it.
#[inline(always)]
pub fn read<T: Copy>(cell: &Cell<T>) -> T {
    // SAFETY: a cell can be read; what other threads store meanwhile are bytes, too.
    unsafe { cell.as_ptr().read_volatile() }
}
