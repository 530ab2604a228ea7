//! Linux, without a C library: raw system calls behind typed functions.
//!
//! `kernel` and `cpu` are Linux's own; the other files are the contract's.

#[macro_use]
pub(crate) mod kernel;
pub mod alarm;
pub mod confine;
pub mod cpu;
pub mod errno;
pub mod fault;
pub mod fd;
pub mod memory;
pub mod names;
pub mod park;
pub mod path;
pub mod process;
pub mod ready;
pub mod socket;
pub mod thread;
pub mod time;

use errno::Errno;
use fd::{Fd, IoRead, IoWrite};
