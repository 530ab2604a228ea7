//! Shared helpers of the test families.

pub mod counts;
pub mod spec;
pub mod tool;
pub mod without_openat2;
