//! UDP sockets by handles.

use super::{
    address, datagram,
    datagrams::Datagrams,
    grants,
    refusal::{Refusal, Result, of_address},
    socket,
};
use crate::{
    host::{
        descriptor,
        handles::{HasChildren, Held, TooMany, insert},
        pollable::{Parent, Pollable},
        table::{Entry, Table},
    },
    os::{
        Errno,
        socket::{Family, Type, open_datagram},
    },
};
use core::net::SocketAddr;

/// The state of a socket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
#[repr(u8)]
enum State {
    /// The entry of the table is free.
    Free,
    /// It is new.
    Unbound,
    /// [`start_bind`] has succeeded.
    BindStarted,
    /// It is bound to an address.
    Bound,
    /// It is also restricted to one peer.
    Connected,
}

/// A socket.
#[derive(Clone, Copy, Debug)]
struct Socket {
    state: State,
    ipv6: bool,
    /// Whether it may receive from any sender on its address.
    may_listen: bool,
    /// Its descriptor, of which it is a holder.
    number: u32,
    /// Number of streams made from it.
    streams: u32,
    /// Number of pollables made from it.
    pollables: u32,
}

impl Entry for Socket {
    const FREE: Socket = Socket {
        state: State::Free,
        ipv6: false,
        may_listen: false,
        number: 0,
        streams: 0,
        pollables: 0,
    };

    fn is_free(&self) -> bool {
        self.state == State::Free
    }
}

static SOCKETS: Table<Socket> = Table::new();

impl Held for Socket {
    const TABLE: &'static Table<Socket> = &SOCKETS;
}

/// A socket itself waits for nothing.
static PARENT: Parent = Parent {
    now: |_| {},
    works: false,
    ready: |_| true,
    left: |socket| Socket::change(socket, |socket| socket.pollables -= 1),
};

impl Socket {
    fn family(&self) -> Family {
        if self.ipv6 {
            Family::Ipv6
        } else {
            Family::Ipv4
        }
    }

    fn start_bind(&mut self, local: &SocketAddr) -> Result {
        match self.state {
            State::Unbound => {}
            State::BindStarted => return Err(Errno::EALREADY.into()),
            _ => return Err(Refusal::InvalidState),
        }
        address::of_family(local, self.family())?;
        let bound = socket::bind(self.number, Type::Datagram, local);
        self.may_listen = bound.map_err(of_address)?;
        self.state = State::BindStarted;
        Ok(())
    }

    fn finish_bind(&mut self) -> Result {
        if self.state != State::BindStarted {
            return Err(Refusal::NotInProgress);
        }
        self.state = State::Bound;
        Ok(())
    }

    /// Restricts it to this peer, or removes the restriction. Refused if there are earlier streams.
    fn associate(&mut self, remote: Option<&SocketAddr>) -> Result {
        if self.streams != 0 {
            return Err(Refusal::HasChildren);
        }
        if self.state < State::Bound {
            return Err(Refusal::InvalidState);
        }
        if self.state == State::Connected {
            datagram::disconnect(self.number)?;
            self.state = State::Bound;
        }
        if let Some(remote) = remote {
            address::of_family(remote, self.family())?;
            address::remote(remote)?;
            datagram::connect(self.number, remote).map_err(of_address)?;
            self.state = State::Connected;
        }
        Ok(())
    }

    /// Makes its input and output stream.
    fn streams(&mut self, socket: u32) -> Result<(u32, u32), TooMany> {
        let stream = Datagrams::new(socket, self.number, self.family())
            .connected(self.state == State::Connected)
            .waiting_there(self.may_listen);
        self.streams = 2;
        Ok((stream.insert()?, stream.insert()?))
    }
}

/// A new socket; `EACCES` in a server without network grants.
pub fn create(family: Family) -> Result<u32> {
    if !grants::datagrams() {
        return Err(Errno::EACCES.into());
    }
    let number = socket::make(family, open_datagram)?;
    Ok(insert(
        &SOCKETS,
        Socket {
            state: State::Unbound,
            ipv6: family == Family::Ipv6,
            number,
            ..Socket::FREE
        },
    )?)
}

/// Starts to bind it to an address.
pub fn start_bind(socket: u32, local: &SocketAddr) -> Result {
    Socket::change(socket, |socket| socket.start_bind(local))
}

/// Finishes binding.
pub fn finish_bind(socket: u32) -> Result {
    Socket::change(socket, Socket::finish_bind)
}

/// Its input and output stream, for this peer or for all.
pub fn streams(socket: u32, remote: Option<&SocketAddr>) -> Result<(u32, u32)> {
    Socket::change(socket, |changed| {
        changed.associate(remote)?;
        Ok(changed.streams(socket)?)
    })
}

/// Records that one of its streams was dropped.
pub(super) fn stream_gone(socket: u32) {
    Socket::change(socket, |socket| socket.streams -= 1);
}

/// Its own address.
pub fn local(socket: u32) -> Result<SocketAddr> {
    let socket = Socket::of(socket);
    match socket.state {
        State::Unbound => Err(Refusal::InvalidState),
        _ => Ok(socket::local(socket.number)?),
    }
}

/// The peer to which it is restricted.
pub fn peer(socket: u32) -> Result<SocketAddr> {
    let socket = Socket::of(socket);
    match socket.state {
        State::Connected => Ok(socket::peer(socket.number)?),
        _ => Err(Refusal::InvalidState),
    }
}

/// The family of its addresses.
pub fn family(socket: u32) -> Family {
    Socket::of(socket).family()
}

/// Its descriptor, for options.
pub fn settable(socket: u32) -> u32 {
    Socket::of(socket).number
}

/// A pollable that is always ready.
pub fn subscribe(socket: u32) -> Result<u32, TooMany> {
    Socket::change(socket, |socket| socket.pollables += 1);
    Pollable::of_parent(&PARENT, socket)
}

/// Removes it after its last handle.
pub fn remove(socket: u32) -> Result<(), HasChildren> {
    let Socket {
        number,
        streams,
        pollables,
        ..
    } = Socket::of(socket);
    if streams != 0 || pollables != 0 {
        return Err(HasChildren);
    }
    SOCKETS.remove(socket as usize);
    // There is nowhere to report an error.
    let _ = descriptor::let_go(number);
    Ok(())
}
