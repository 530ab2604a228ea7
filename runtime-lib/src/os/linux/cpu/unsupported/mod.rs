//! Linux on no CPU: every item, and none that works.

pub mod call;
pub mod clocks;
pub mod entry;
pub mod fault;
pub mod files;
pub mod number;
pub mod thread;
