//! Linux on x86-64: see [`super`] for what each file has to offer.

pub mod call;
pub mod clocks;
#[cfg(wasi_aot_object)]
pub mod entry;
pub mod fault;
pub mod files;
pub mod number;
pub mod thread;
