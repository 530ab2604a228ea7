//! Datagrams.

use super::{grants, socket::fd_of};
use crate::os::{
    Errno, IoRead, IoWrite, retry,
    socket::{self, message},
};
use core::{cell::Cell, net::SocketAddr};

/// The maximum length of a datagram.
pub const LONGEST: usize = 65535;

/// Sends to the connected peer.
pub fn send(number: u32, bytes: &[Cell<u8>]) -> Result<(), Errno> {
    let fd = fd_of(number)?;
    let vectors = [IoWrite::new(bytes)];
    retry(|| socket::sendmsg(fd, &vectors, message::NOSIGNAL)).map(drop)
}

/// Sends to this address; `EACCES` if it is not granted.
pub fn send_to(number: u32, bytes: &[Cell<u8>], address: &SocketAddr) -> Result<(), Errno> {
    grants::connect(address)?;
    let fd = fd_of(number)?;
    let vectors = [IoWrite::new(bytes)];
    retry(|| socket::send_to(fd, &vectors, message::NOSIGNAL, address)).map(drop)
}

/// Receives a datagram; returns its number of bytes, and the sender. `EAGAIN` if there is none.
pub fn receive(number: u32, into: &[Cell<u8>]) -> Result<(usize, SocketAddr), Errno> {
    let fd = fd_of(number)?;
    let vectors = [IoRead::new(into)];
    let (bytes, _, from) = retry(|| socket::receive_from(fd, &vectors, 0))?;
    Ok((bytes, from))
}

/// Restricts sending and receiving to this address; `EACCES` if it is not granted.
pub fn connect(number: u32, address: &SocketAddr) -> Result<(), Errno> {
    grants::connect(address)?;
    socket::connect(fd_of(number)?, address)
}

/// Removes that restriction. The socket keeps its port: the kernel releases a port that it has
/// chosen itself, so the socket is bound to it again.
pub fn disconnect(number: u32) -> Result<(), Errno> {
    let fd = fd_of(number)?;
    let port = socket::local(fd)?.port();
    socket::disconnect(fd)?;
    let mut own = socket::local(fd)?;
    if own.port() == port {
        return Ok(());
    }
    own.set_port(port);
    socket::bind(fd, &own)
}
