//! Linux, without a C library: raw system calls behind typed functions.

#[cfg_attr(
    wasi_aot_unsupported_cpu,
    allow(dead_code, reason = "some calls are made by the CPU's files alone")
)]
#[macro_use]
mod number;
#[macro_use]
pub mod cpu;
mod errno;
pub mod fd;
pub mod futex;
pub mod memory;
pub mod path;
pub mod poll;
pub mod process;
pub mod restrict;
pub mod signal;
pub mod socket;
pub mod thread;
pub mod time;
mod vdso;

pub use errno::Errno;
pub use fd::{Fd, IoRead, IoWrite};
