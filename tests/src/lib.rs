//! Shared helpers of the test families.

pub mod tool;
pub mod spec;
