//! No cache hints.

/// Does nothing.
pub fn prefetch(_address: usize) {}
