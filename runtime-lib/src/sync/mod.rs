//! Synchronisation of threads: a lock, and the queues of `memory.atomic.wait`. It works for any
//! number of threads, in every program; `thread` has the parts that cost nothing in single-threaded
//! programs.

mod mutex;
pub mod wait;

pub use mutex::{Held, Mutex};
