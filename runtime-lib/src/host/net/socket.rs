//! Sockets that the program makes: they are ordinary descriptors, and never block.

use super::grants;
use crate::{
    host::{
        descriptor::{self, Descriptor, Kind, access},
        poll::is_ready,
    },
    os::{
        Errno, Fd,
        ready::direction,
        retry,
        socket::{
            self, Family, Type, accept,
            option::{self, Opt},
        },
    },
};
use core::net::SocketAddr;

/// Makes a socket; returns its number. IPv6 sockets do not use IPv4. `open`:
/// [`socket::open_stream`] or [`socket::open_datagram`].
pub fn make(family: Family, open: fn(Family) -> Result<Fd, Errno>) -> Result<u32, Errno> {
    descriptor::room()?;
    let fd = open(family)?;
    let number = insert(fd)?;
    if family == Family::Ipv6
        && let Err(error) = option::set(fd_of(number)?, Opt::IPV6_V6ONLY, 1)
    {
        let _ = descriptor::close(number);
        return Err(error);
    }
    Ok(number)
}

fn insert(fd: Fd) -> Result<u32, Errno> {
    descriptor::insert(Descriptor {
        fd,
        kind: Kind::STREAM,
        access: access::READ | access::WRITE | access::CHANGE | access::NONBLOCK,
        grant: 0,
    })
}

/// The kernel's descriptor of a socket.
pub fn fd_of(number: u32) -> Result<Fd, Errno> {
    descriptor::peek(number).map(|(descriptor, _)| descriptor.fd)
}

/// Binds the socket to an address; returns whether it may accept any peer there. `EACCES` if it is
/// not granted.
pub fn bind(number: u32, kind: Type, address: &SocketAddr) -> Result<bool, Errno> {
    let may_listen = grants::bind(address)?;
    let fd = fd_of(number)?;
    if kind == Type::Stream {
        // Old connections that are still closing must not prevent a restart.
        let _ = option::set(fd, Opt::SO_REUSEADDR, 1);
    }
    socket::bind(fd, address)?;
    Ok(may_listen)
}

/// Starts to connect; [`connected`] returns the result. `EACCES` if it is not granted.
pub fn connect(number: u32, address: &SocketAddr) -> Result<(), Errno> {
    grants::connect(address)?;
    // Even if the call is interrupted, connecting continues in the background.
    match socket::connect(fd_of(number)?, address) {
        Err(Errno::EINPROGRESS | Errno::EINTR) => Ok(()),
        result => result,
    }
}

/// The result of [`connect`] for a stream; `EAGAIN` while it is in progress.
pub fn connected(number: u32) -> Result<(), Errno> {
    let fd = fd_of(number)?;
    if !is_ready(fd, direction::OUT) {
        return Err(Errno::EAGAIN);
    }
    error(fd)
}

/// The pending error of a socket.
pub fn error(fd: Fd) -> Result<(), Errno> {
    match option::get(fd, Opt::SO_ERROR)? {
        0 => Ok(()),
        error => Err(Errno::from_number(error as u16)),
    }
}

/// Starts to listen; this number of connections may wait to be accepted.
pub fn listen(number: u32, backlog: u32) -> Result<(), Errno> {
    socket::listen(fd_of(number)?, backlog)
}

/// Accepts a connection; returns its number. `EAGAIN` if there is none.
pub fn accept(number: u32) -> Result<u32, Errno> {
    descriptor::room()?;
    let listener = fd_of(number)?;
    let flags = accept::CLOEXEC | accept::NONBLOCK;
    let accepted = retry(|| socket::take(listener, flags));
    let fd = accepted.map_err(|error| match error {
        // accept(2): errors of the network that the new socket already has are returned here.
        Errno::ECONNRESET
        | Errno::ENETRESET
        | Errno::EHOSTUNREACH
        | Errno::EHOSTDOWN
        | Errno::ENETDOWN
        | Errno::ENETUNREACH
        | Errno::EPROTO
        | Errno::ENOPROTOOPT
        | Errno::ENONET
        | Errno::EOPNOTSUPP => Errno::ECONNABORTED,
        error => error,
    })?;
    insert(fd)
}

/// Its own address.
pub fn local(number: u32) -> Result<SocketAddr, Errno> {
    socket::local(fd_of(number)?)
}

/// The peer's address.
pub fn peer(number: u32) -> Result<SocketAddr, Errno> {
    socket::peer(fd_of(number)?)
}

/// The value of an option.
pub fn option(number: u32, option: Opt) -> Result<u32, Errno> {
    option::get(fd_of(number)?, option)
}

/// Sets an option.
pub fn set_option(number: u32, option: Opt, value: u32) -> Result<(), Errno> {
    option::set(fd_of(number)?, option, value)
}
