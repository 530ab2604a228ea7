//! No hints to caches.

/// Nobody is told.
pub fn prefetch(_address: usize) {}
