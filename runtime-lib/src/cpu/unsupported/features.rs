//! No features.

/// There are no names.
pub const FEATURES: &[&str] = &[];

/// There is nothing.
pub fn features(_system: impl FnOnce() -> usize) -> u64 {
    0
}
