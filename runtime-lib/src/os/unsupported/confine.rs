//! No privileges can be given up.

use super::{Errno, Fd, refused};
use core::mem::MaybeUninit;

/// The names of the parts.
pub mod part {
    /// It is refused.
    pub const DESCRIPTORS: &[u8] = b"descriptors";
    /// It is refused.
    pub const PRIVILEGES: &[u8] = b"privileges";
    /// It is refused.
    pub const FILES: &[u8] = b"files";
    /// It is refused.
    pub const SET_ID: &[u8] = b"set-user-ID bits";
    /// It is refused.
    pub const CALLS: &[u8] = b"calls";
}

/// The help: no system has all parts.
pub const HELP: &[u8] = b"help: this system has no part\n";

/// Always fails.
pub fn close_from(_first: Fd) -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn no_new_privileges() -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn no_set_id() -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn filter_calls(_filter: &[u64]) -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn filter_calls_of_self(
    _filter: &[u64],
    _at: usize,
    _room: &mut [MaybeUninit<u64>],
) -> Result<(), Errno> {
    refused()
}

/// Access to TCP ports.
pub mod ports {
    /// Bind a socket to it.
    pub const BIND: u64 = 1;
    /// Connect to it.
    pub const CONNECT: u64 = 2;
}

/// The extent of the system's support.
#[derive(Clone, Copy, Debug)]
pub struct Level(());

impl Level {
    /// Always `false`.
    pub fn moves(self) -> bool {
        false
    }
}

/// Always fails.
pub fn level() -> Result<Level, Errno> {
    refused()
}

/// The access that is allowed below a directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reading.
    Read,
    /// Reading and changing.
    Change,
}

/// No rules.
#[derive(Debug)]
pub struct Rules(());

impl Rules {
    /// Always fails.
    pub fn new(_level: Level, _ports: u64) -> Result<Rules, Errno> {
        refused()
    }

    /// Always fails.
    pub fn allow(&self, _dir: Fd, _access: Access) -> Result<(), Errno> {
        refused()
    }

    /// Always fails.
    pub fn allow_port(&self, _port: u16, _rights: u64) -> Result<(), Errno> {
        refused()
    }

    /// Always fails.
    pub fn enforce(self) -> Result<(), Errno> {
        refused()
    }
}
