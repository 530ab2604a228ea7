//! What threads wait for each other with: a lock, and the queues of `memory.atomic.wait`. Right for any number of threads, in
//! every program; see `thread` for what costs nothing where there is only one.

mod mutex;
pub mod wait;

pub use mutex::{Held, Mutex};
