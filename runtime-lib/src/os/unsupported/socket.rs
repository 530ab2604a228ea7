//! No sockets.

pub mod address;
pub mod option;

use super::{Errno, Fd, IoRead, IoWrite, refused};
use address::Family;
use core::net::SocketAddr;

/// Flags of [`take`].
pub mod accept {
    /// `NONBLOCK`
    pub const NONBLOCK: u32 = 0x1;
    /// `CLOEXEC`
    pub const CLOEXEC: u32 = 0x2;
}

/// Flags of messages.
pub mod message {
    /// `PEEK`
    pub const PEEK: u32 = 0x1;
    /// `TRUNC`
    pub const TRUNC: u32 = 0x2;
    /// `WAITALL`
    pub const WAITALL: u32 = 0x4;
    /// `NOSIGNAL`
    pub const NOSIGNAL: u32 = 0x8;
}

/// The directions that [`shutdown`] ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// Receiving.
    Read,
    /// Sending.
    Write,
    /// Both.
    Both,
}

/// The type of a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// TCP.
    Stream,
    /// UDP.
    Datagram,
}

/// Makes none.
pub fn open_stream(_family: Family) -> Result<Fd, Errno> {
    refused()
}

/// Makes none.
pub fn open_datagram(_family: Family) -> Result<Fd, Errno> {
    refused()
}

/// Binds nothing.
pub fn bind(_fd: Fd, _address: &SocketAddr) -> Result<(), Errno> {
    refused()
}

/// Does not listen.
pub fn listen_at_path(_path: &[u8], _backlog: u32) -> Result<Fd, Errno> {
    refused()
}

/// Connects nothing.
pub fn connect(_fd: Fd, _address: &SocketAddr) -> Result<(), Errno> {
    refused()
}

/// Disconnects nothing.
pub fn disconnect(_fd: Fd) -> Result<(), Errno> {
    refused()
}

/// Does not listen.
pub fn listen(_fd: Fd, _backlog: u32) -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn take(_fd: Fd, _flags: u32) -> Result<Fd, Errno> {
    refused()
}

/// Always fails.
pub fn local(_fd: Fd) -> Result<SocketAddr, Errno> {
    refused()
}

/// Always fails.
pub fn peer(_fd: Fd) -> Result<SocketAddr, Errno> {
    refused()
}

/// Receives nothing.
pub fn recvmsg(_fd: Fd, _vectors: &[IoRead], _flags: u32) -> Result<(usize, u32), Errno> {
    refused()
}

/// Receives nothing.
pub fn receive_from(
    _fd: Fd,
    _vectors: &[IoRead],
    _flags: u32,
) -> Result<(usize, u32, SocketAddr), Errno> {
    refused()
}

/// Sends nothing.
pub fn sendmsg(_fd: Fd, _vectors: &[IoWrite], _flags: u32) -> Result<usize, Errno> {
    refused()
}

/// Sends nothing.
pub fn send_to(
    _fd: Fd,
    _vectors: &[IoWrite],
    _flags: u32,
    _address: &SocketAddr,
) -> Result<usize, Errno> {
    refused()
}

/// Ends nothing.
pub fn shutdown(_fd: Fd, _how: How) -> Result<(), Errno> {
    refused()
}

/// Does nothing.
pub fn survive_closed() -> Result<(), Errno> {
    refused()
}
