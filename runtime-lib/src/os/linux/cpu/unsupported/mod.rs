//! Linux on no CPU: every item, and none that works.

pub mod call;
pub mod clocks;
#[cfg(wasi_aot_object)]
pub mod entry;
pub mod fault;
pub mod files;
pub mod number;
pub mod thread;
