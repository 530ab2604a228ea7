//! No options of sockets.

use crate::os::{Errno, Fd};

/// An option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opt(());

impl Opt {
    /// `SO_REUSEADDR`
    pub const SO_REUSEADDR: Opt = Opt(());
    /// `SO_TYPE`
    pub const SO_TYPE: Opt = Opt(());
    /// `SO_ERROR`
    pub const SO_ERROR: Opt = Opt(());
    /// `SO_SNDBUF`
    pub const SO_SNDBUF: Opt = Opt(());
    /// `SO_RCVBUF`
    pub const SO_RCVBUF: Opt = Opt(());
    /// `SO_KEEPALIVE`
    pub const SO_KEEPALIVE: Opt = Opt(());
    /// `SO_ACCEPTCONN`
    pub const SO_ACCEPTCONN: Opt = Opt(());
    /// `IP_TTL`
    pub const IP_TTL: Opt = Opt(());
    /// `TCP_KEEPIDLE`
    pub const TCP_KEEPIDLE: Opt = Opt(());
    /// `TCP_KEEPINTVL`
    pub const TCP_KEEPINTVL: Opt = Opt(());
    /// `TCP_KEEPCNT`
    pub const TCP_KEEPCNT: Opt = Opt(());
    /// `TCP_NODELAY`
    pub const TCP_NODELAY: Opt = Opt(());
    /// `IPV6_UNICAST_HOPS`
    pub const IPV6_UNICAST_HOPS: Opt = Opt(());
    /// `IPV6_V6ONLY`
    pub const IPV6_V6ONLY: Opt = Opt(());
}

/// Always fails.
pub fn get(_fd: Fd, _option: Opt) -> Result<u32, Errno> {
    Err(Errno::ENOSYS)
}

/// Sets nothing.
pub fn set(_fd: Fd, _option: Opt, _value: u32) -> Result<(), Errno> {
    Err(Errno::ENOSYS)
}

/// The memory that a socket uses for data to send.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Bytes in use.
    pub queued: u32,
    /// The limit in bytes.
    pub limit: u32,
}

/// Always fails.
pub fn memory(_fd: Fd) -> Result<Memory, Errno> {
    Err(Errno::ENOSYS)
}
