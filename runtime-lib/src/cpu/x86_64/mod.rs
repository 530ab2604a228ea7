//! x86-64: see [`super`] for the contents of each file.

pub mod cache;
pub mod features;
pub mod frame;
pub mod memory;
pub mod stack;
