//! Linux, without a C library: raw system calls in typed functions.
//!
//! `kernel` and `cpu` are specific to Linux; the other files implement the contract.

#[macro_use]
pub(crate) mod kernel;
pub mod alarm;
pub mod child;
pub mod confine;
pub mod cpu;
pub mod errno;
pub mod fault;
pub mod fd;
pub mod memory;
pub mod names;
pub mod pages;
pub mod park;
pub mod path;
pub mod process;
pub mod queue;
pub mod ready;
pub mod socket;
pub mod thread;
pub mod time;

use errno::Errno;
use fd::{Fd, IoRead, IoWrite};
