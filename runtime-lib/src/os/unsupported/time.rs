//! No time.

use super::{Errno, refused};

/// A point in time or a duration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Timespec {
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, below one second.
    pub nanoseconds: i64,
}

impl Timespec {
    /// Always zero.
    pub fn of(_nanoseconds: u64) -> Timespec {
        Timespec::default()
    }
}

/// A clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    /// Time since 1970.
    Realtime,
    /// Time that is never set back.
    Monotonic,
    /// CPU time of the process.
    ProcessCpu,
    /// CPU time of the thread.
    ThreadCpu,
}

/// Always fails.
pub fn clock_gettime(_clock: Clock) -> Result<Timespec, Errno> {
    refused()
}

/// Always fails.
pub fn clock_getres(_clock: Clock) -> Result<Timespec, Errno> {
    refused()
}
