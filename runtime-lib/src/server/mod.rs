//! The HTTP server: processes that share listening sockets and handle one request each at a time,
//! every one with a fresh instance.
//!
//! | module | contents |
//! |---|---|
//! | `supervisor` | binds, starts workers, replaces those that end, stops them |
//! | `slots` | what it knows of a worker |
//! | `pause` | when it may try again what the system refused |
//! | `start` | what a worker gets from it |
//! | `listeners` | the sockets on which the server listens |
//! | `worker` | the loop of a worker |
//! | `answers` | sends answers to their ends, and ends connections |
//! | `handover` | its messages: connections that are given away, its end |
//! | `connections` | the connections of a worker |
//! | `times` | how long these may wait |
//! | `instance` | runs the handler, whatever it does |
//! | `snapshot` | the memory of a fresh instance, and its restoration |
//! | `records` | messages between a worker and the supervisor |
//! | `clock` | the time that a request may take |
//! | `log` | the access log |
//!
//! Everything that a worker has to remember from one request to the next is in memory that it maps
//! for itself: all other data of the runtime, and all memory of the program, are restored from a
//! snapshot after a request.

pub mod answers;
pub mod clock;
pub mod connections;
pub mod handover;
pub mod instance;
pub mod listeners;
pub mod log;
mod pause;
pub mod records;
mod slots;
pub mod snapshot;
pub mod start;
pub mod supervisor;
pub mod times;
pub mod worker;

use crate::{
    os::{Errno, memory},
    program::config,
    thread::Lock,
};
use core::{
    mem::MaybeUninit,
    ptr, slice,
    sync::atomic::{AtomicUsize, Ordering},
};
use wasi_aot_abi::http::Http;

/// The server's limits.
pub fn limits() -> Http {
    // SAFETY: it is null, or immutable data of the image.
    unsafe { config().http.as_ref() }
        .copied()
        .unwrap_or(Http::DEFAULT)
}

/// Bytes that are mapped at once for small values: a mapping of its own for each would cost a
/// system call, and a page.
const CHUNK: usize = 32 << 10;

/// Where the next small value is placed, and the end of the memory for them. Both are part of the
/// snapshot, so nothing is placed after it was taken.
static NEXT: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);

/// Held while a value is placed.
static PLACING: Lock = Lock::new();

/// Returns memory for values of all zeros, for the life of the process.
///
/// # Safety
/// All zeros must be a valid `T`.
unsafe fn zeros<T>(count: usize) -> Result<&'static mut [T], Errno> {
    let bytes = count.checked_mul(size_of::<T>()).ok_or(Errno::ENOMEM)?;
    let address = match bytes {
        0..CHUNK => small(bytes.max(1), align_of::<T>())?,
        _ => memory::reserve(bytes)?,
    };
    let first: *mut T = ptr::with_exposed_provenance_mut(address);
    // SAFETY: it was mapped with this size, for nothing else, and is never unmapped; the rest is
    // required of the caller.
    Ok(unsafe { slice::from_raw_parts_mut(first, count) })
}

/// Returns the address of memory for less than [`CHUNK`] bytes.
fn small(bytes: usize, align: usize) -> Result<usize, Errno> {
    let _others_wait = PLACING.hold();
    let next = NEXT.load(Ordering::Relaxed).next_multiple_of(align);
    let place = if next + bytes <= END.load(Ordering::Relaxed) {
        next
    } else {
        let chunk = memory::reserve(CHUNK)?;
        END.store(chunk + CHUNK, Ordering::Relaxed);
        chunk
    };
    NEXT.store(place + bytes, Ordering::Relaxed);
    Ok(place)
}

/// Returns memory for a value, for the life of the process.
fn place<T>() -> Result<&'static mut MaybeUninit<T>, Errno> {
    // SAFETY: a value that may be uninitialised may be all zeros.
    let place = unsafe { zeros::<MaybeUninit<T>>(1) }?;
    place.first_mut().ok_or(Errno::ENOMEM)
}
