//! UDP sockets by handles.

use super::{
    address, datagram,
    datagrams::Datagrams,
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

/// How far a socket has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
#[repr(u8)]
enum State {
    /// The entry of the table is free.
    Free,
    /// It is new.
    Unbound,
    /// [`start_bind`] has succeeded.
    BindStarted,
    /// It has an address.
    Bound,
    /// And deals with one address only.
    Connected,
}

/// A socket.
#[derive(Clone, Copy, Debug)]
struct Socket {
    state: State,
    ipv6: bool,
    /// Whether its address is granted to wait at.
    may_listen: bool,
    /// Its descriptor, of which it is a holder.
    number: u32,
    /// Streams that were made of it.
    streams: u32,
    /// Pollables that were made of it.
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

/// There is nothing that a socket itself waits for.
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

    /// Deals with this address from now on, or with all. Refused if there are streams from before.
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

    /// Its streams: what comes, and what goes.
    fn streams(&mut self, socket: u32) -> Result<(u32, u32), TooMany> {
        let stream = Datagrams::new(socket, self.number, self.family())
            .connected(self.state == State::Connected)
            .waiting_there(self.may_listen);
        self.streams = 2;
        Ok((stream.insert()?, stream.insert()?))
    }
}

/// A new socket.
pub fn create(family: Family) -> Result<u32> {
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

/// Begins to give it an address of its own.
pub fn start_bind(socket: u32, local: &SocketAddr) -> Result {
    Socket::change(socket, |socket| socket.start_bind(local))
}

/// It has the address.
pub fn finish_bind(socket: u32) -> Result {
    Socket::change(socket, Socket::finish_bind)
}

/// Its streams, of what comes and what goes, from and to this address or all.
pub fn streams(socket: u32, remote: Option<&SocketAddr>) -> Result<(u32, u32)> {
    Socket::change(socket, |changed| {
        changed.associate(remote)?;
        Ok(changed.streams(socket)?)
    })
}

/// A stream of it is gone.
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

/// The one address that it deals with.
pub fn peer(socket: u32) -> Result<SocketAddr> {
    let socket = Socket::of(socket);
    match socket.state {
        State::Connected => Ok(socket::peer(socket.number)?),
        _ => Err(Refusal::InvalidState),
    }
}

/// The addresses that it deals with.
pub fn family(socket: u32) -> Family {
    Socket::of(socket).family()
}

/// Its descriptor, for what it is set to.
pub fn settable(socket: u32) -> u32 {
    Socket::of(socket).number
}

/// A pollable that is always ready.
pub fn subscribe(socket: u32) -> Result<u32, TooMany> {
    Socket::change(socket, |socket| socket.pollables += 1);
    Pollable::of_parent(&PARENT, socket)
}

/// Its last handle is gone.
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
    // Nobody could be told.
    let _ = descriptor::let_go(number);
    Ok(())
}
