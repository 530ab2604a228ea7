//! No waiting.

use super::{Errno, refused, time::Timespec};
use core::sync::atomic::AtomicU32;

/// Does not wait.
pub fn wait(_word: &AtomicU32, _value: u32, _deadline: Option<&Timespec>) -> Result<(), Errno> {
    refused()
}

/// Does nothing.
pub fn wake(_word: *const AtomicU32, _count: u32) {}
