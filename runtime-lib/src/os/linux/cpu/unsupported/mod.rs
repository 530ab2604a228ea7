//! Linux on no CPU: defines every item, without function.

pub mod call;
pub mod clocks;
#[cfg(wasi_aot_object)]
pub mod entry;
pub mod fault;
pub mod files;
pub mod number;
pub mod thread;
