//! Nothing can be given up.

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

/// There is no such system.
pub const HELP: &[u8] = b"help: this system has no part\n";

/// Closes nothing.
pub fn close_from(_first: Fd) -> Result<(), Errno> {
    refused()
}

/// Keeps all.
pub fn no_new_privileges() -> Result<(), Errno> {
    refused()
}

/// Keeps all.
pub fn no_set_id() -> Result<(), Errno> {
    refused()
}

/// Filters nothing.
pub fn filter_calls(_filter: &[u64]) -> Result<(), Errno> {
    refused()
}

/// Filters nothing.
pub fn filter_calls_of_self(
    _filter: &[u64],
    _at: usize,
    _room: &mut [MaybeUninit<u64>],
) -> Result<(), Errno> {
    refused()
}

/// What is done to ports of TCP.
pub mod ports {
    /// Give it to a socket.
    pub const BIND: u64 = 1;
    /// Connect to it.
    pub const CONNECT: u64 = 2;
}

/// How much can be refused.
#[derive(Clone, Copy, Debug)]
pub struct Level(());

impl Level {
    /// No.
    pub fn moves(self) -> bool {
        false
    }
}

/// There is none.
pub fn level() -> Result<Level, Errno> {
    refused()
}

/// What may be done below a directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Look at it.
    Read,
    /// Change it as well.
    Change,
}

/// No rules.
#[derive(Debug)]
pub struct Rules(());

impl Rules {
    /// There are none.
    pub fn new(_level: Level, _ports: u64) -> Result<Rules, Errno> {
        refused()
    }

    /// Allows nothing.
    pub fn allow(&self, _dir: Fd, _access: Access) -> Result<(), Errno> {
        refused()
    }

    /// Allows nothing.
    pub fn allow_port(&self, _port: u16, _rights: u64) -> Result<(), Errno> {
        refused()
    }

    /// Has no force.
    pub fn enforce(self) -> Result<(), Errno> {
        refused()
    }
}
