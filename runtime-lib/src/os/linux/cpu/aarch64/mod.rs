//! Linux on aarch64: see [`super`] for what each file has to offer.

pub mod call;
pub mod clocks;
pub mod entry;
pub mod fault;
pub mod files;
pub mod number;
pub mod thread;
