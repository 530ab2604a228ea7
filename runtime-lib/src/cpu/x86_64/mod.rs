//! x86-64: see [`super`] for what each file has to offer.

pub mod cache;
pub mod features;
pub mod frame;
pub mod memory;
pub mod stack;
