//! Threads: those that a program starts (wasi-threads), and the synchronisation that several
//! callers of the runtime need.
//!
//! Programs that start no threads have the counterpart `no_threads.rs`, where all of this is empty.
//!
//! | module | contents |
//! |---|---|
//! | `record` | the runtime's data about each thread |
//! | `spawn` | their start and end |
//! | `uses` | the descriptors in use by calls, which are not closed before the last such call ends |

pub mod record;
pub mod spawn;
pub mod uses;

pub use crate::sync::{Held, Mutex as Lock};
pub use uses::{Call, close, enter, exclusive, lock, pin, release, reserve, reserved, unreserve};

use crate::os::park;
use core::{cell::Cell, sync::atomic::AtomicU32};

/// The lowest address of this thread's stack and its end; `None`: it is the first thread's.
pub fn stack() -> Option<(usize, usize)> {
    record::current().and_then(|record| record.stack())
}

/// Waits while another thread ends the process.
pub fn leave() -> ! {
    let never = AtomicU32::new(0);
    loop {
        // Spurious wake-ups do not matter.
        let _ = park::wait(&never, 0, None);
    }
}

/// Reads a value in memory that other threads may be changing. It is read exactly once.
#[inline(always)]
pub fn read<T: Copy>(cell: &Cell<T>) -> T {
    // SAFETY: a cell can be read; other threads store only bytes in the meantime.
    unsafe { cell.as_ptr().read_volatile() }
}
