//! TCP sockets by handles, and their states.

use super::{
    address, grants,
    refusal::{Refusal, Result, of_address},
    socket, stream,
};
use crate::{
    host::{
        descriptor,
        handles::{HasChildren, Held, TooMany, insert},
        pollable::{Parent, Pollable},
        streams::{Input, Output, Stream},
        table::{Entry, Table},
    },
    os::{
        Errno,
        ready::direction,
        socket::{Family, How, Type, open_stream},
    },
};
use core::net::SocketAddr;

/// The state of a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// [`start_listen`] has succeeded.
    ListenStarted,
    /// It listens for connections.
    Listening,
    /// [`start_connect`] has succeeded.
    Connecting,
    /// It is connected.
    Connected,
    /// It has failed, and cannot be used any longer.
    Closed,
}

/// A socket.
#[derive(Clone, Copy, Debug)]
struct Socket {
    /// Its state.
    state: State,
    /// For [`State::Connecting`] and [`State::Closed`]: the error with which it has failed; 0:
    /// none.
    failed: u16,
    /// Whether it uses IPv6.
    ipv6: bool,
    /// Whether it may listen on its address.
    may_listen: bool,
    /// Its descriptor, of which it is a holder.
    number: u32,
    /// The number of connections that may wait to be accepted; 0: the maximum.
    backlog: u32,
    /// Number of pollables made from it.
    children: u32,
}

impl Entry for Socket {
    const FREE: Socket = Socket {
        state: State::Free,
        failed: 0,
        ipv6: false,
        may_listen: false,
        number: 0,
        backlog: 0,
        children: 0,
    };

    fn is_free(&self) -> bool {
        self.state == State::Free
    }
}

static SOCKETS: Table<Socket> = Table::new();

impl Held for Socket {
    const TABLE: &'static Table<Socket> = &SOCKETS;
}

static PARENT: Parent = Parent {
    now,
    works: false,
    ready: |_| false,
    left: |socket| Socket::change(socket, |socket| socket.children -= 1),
};

/// A pollable of a socket waits for its connection, or for incoming connections; in other states it
/// is ready.
fn now(pollable: &mut Pollable) {
    let socket = Socket::of(pollable.of);
    let direction = match socket.state {
        State::Connecting if socket.failed == 0 => direction::OUT,
        State::Listening => direction::IN,
        _ => {
            pollable.deadline = 0;
            return;
        }
    };
    (pollable.number, pollable.direction) = (socket.number, direction);
}

/// The incoming data of a connection.
static INPUT: Input = Input {
    read: |input, vectors, wait| stream::read(input.number, vectors, wait),
    parent: None,
};

/// The outgoing data.
static OUTPUT: Output = Output {
    room: |output| stream::room(output.number),
    write: |output, vectors| stream::write(output.number, vectors),
    flush: |_| Ok(()),
    parent: None,
};

/// The limit on waiting connections; the system may reduce it.
const BACKLOG: u32 = 4096;

/// The input and output stream of a connection.
pub type Streams = (u32, u32);

fn streams(number: u32) -> Result<Streams, TooMany> {
    let input = Stream::new(&INPUT, number).insert()?;
    Ok((input, Stream::new(&OUTPUT, number).insert()?))
}

impl Socket {
    /// Inserts a new socket, which holds its descriptor; returns its number.
    fn insert(state: State, family: Family, number: u32) -> Result<u32, TooMany> {
        insert(
            &SOCKETS,
            Socket {
                state,
                ipv6: family == Family::Ipv6,
                number,
                ..Socket::FREE
            },
        )
    }

    fn family(&self) -> Family {
        if self.ipv6 {
            Family::Ipv6
        } else {
            Family::Ipv4
        }
    }

    /// `EALREADY` if an operation was started and not finished.
    fn idle(&self) -> Result {
        match self.state {
            State::BindStarted | State::ListenStarted | State::Connecting => {
                Err(Errno::EALREADY.into())
            }
            _ => Ok(()),
        }
    }

    /// Changes the state from `from` to `to`; fails with `otherwise` in any other state.
    fn step(&mut self, from: State, to: State, otherwise: Refusal) -> Result {
        if self.state != from {
            return Err(otherwise);
        }
        self.state = to;
        Ok(())
    }

    /// Fails with the socket's error, if it has failed.
    fn usable(&self) -> Result {
        match self.state {
            State::Closed => self.failure().map_err(of_address),
            _ => Ok(()),
        }
    }

    /// The error with which it has already failed.
    fn failure(&self) -> Result<(), Errno> {
        match self.failed {
            0 => Ok(()),
            errno => Err(Errno::from_number(errno)),
        }
    }

    /// Records its failure.
    fn close(&mut self, errno: Errno) {
        (self.state, self.failed) = (State::Closed, errno.number());
    }

    fn start_bind(&mut self, local: &SocketAddr) -> Result {
        address::unicast(local)?;
        address::of_family(local, self.family())?;
        self.idle()?;
        if self.state != State::Unbound {
            return Err(Refusal::InvalidState);
        }
        let bound = socket::bind(self.number, Type::Stream, local);
        self.may_listen = bound.map_err(of_address)?;
        self.state = State::BindStarted;
        Ok(())
    }

    fn start_connect(&mut self, remote: &SocketAddr) -> Result {
        self.idle()?;
        if !matches!(self.state, State::Unbound | State::Bound) {
            return Err(Refusal::InvalidState);
        }
        address::unicast(remote)?;
        address::remote(remote)?;
        address::of_family(remote, self.family())?;
        grants::connect(remote)?;
        self.state = State::Connecting;
        // An immediate error is reported when the operation is finished.
        let failed = socket::connect(self.number, remote).err();
        self.failed = failed.map_or(0, |errno| errno.number());
        Ok(())
    }

    fn finish_connect(&mut self) -> Result<Streams> {
        if self.state != State::Connecting {
            return Err(Refusal::NotInProgress);
        }
        let connected = self.failure().and_then(|()| socket::connected(self.number));
        match connected {
            Ok(()) => {
                self.state = State::Connected;
                Ok(streams(self.number)?)
            }
            Err(Errno::EAGAIN) => Err(Errno::EAGAIN.into()),
            Err(errno) => {
                self.close(errno);
                Err(of_address(errno))
            }
        }
    }

    fn start_listen(&mut self) -> Result {
        self.idle()?;
        if self.state == State::Bound && !self.may_listen {
            grants::listen(&socket::local(self.number)?)?;
        }
        self.step(State::Bound, State::ListenStarted, Refusal::InvalidState)
    }

    fn finish_listen(&mut self) -> Result {
        let (from, to) = (State::ListenStarted, State::Listening);
        self.step(from, to, Refusal::NotInProgress)?;
        let backlog = match self.backlog {
            0 => BACKLOG,
            wanted => wanted,
        };
        let listening = socket::listen(self.number, backlog);
        listening.inspect_err(|errno| self.close(*errno))?;
        Ok(())
    }

    fn set_backlog(&mut self, value: u64) -> Result {
        if value == 0 {
            return Err(Errno::EINVAL.into());
        }
        let value = value.min(i32::MAX as u64) as u32;
        match self.state {
            State::Unbound | State::Bound | State::ListenStarted => {}
            State::Listening => {
                socket::listen(self.number, value).map_err(|_| Errno::EOPNOTSUPP)?
            }
            _ => return Err(Refusal::InvalidState),
        }
        self.backlog = value;
        Ok(())
    }
}

/// A new socket.
pub fn create(family: Family) -> Result<u32> {
    let number = socket::make(family, open_stream)?;
    Ok(Socket::insert(State::Unbound, family, number)?)
}

/// Starts to bind it to an address.
pub fn start_bind(socket: u32, local: &SocketAddr) -> Result {
    Socket::change(socket, |socket| socket.start_bind(local))
}

/// Finishes binding.
pub fn finish_bind(socket: u32) -> Result {
    let (from, to) = (State::BindStarted, State::Bound);
    Socket::change(socket, |socket| {
        socket.step(from, to, Refusal::NotInProgress)
    })
}

/// Starts to connect to a peer.
pub fn start_connect(socket: u32, remote: &SocketAddr) -> Result {
    Socket::change(socket, |socket| socket.start_connect(remote))
}

/// The streams of the connection; `EAGAIN` while it is not established.
pub fn finish_connect(socket: u32) -> Result<Streams> {
    Socket::change(socket, Socket::finish_connect)
}

/// Starts to listen.
pub fn start_listen(socket: u32) -> Result {
    Socket::change(socket, Socket::start_listen)
}

/// Finishes the start of listening.
pub fn finish_listen(socket: u32) -> Result {
    Socket::change(socket, Socket::finish_listen)
}

/// Accepts a connection; returns its socket and streams. `EAGAIN` if there is none.
pub fn accept(socket: u32) -> Result<(u32, Streams)> {
    let listener = Socket::of(socket);
    if listener.state != State::Listening {
        return Err(Refusal::InvalidState);
    }
    let number = socket::accept(listener.number)?;
    let accepted = Socket::insert(State::Connected, listener.family(), number)?;
    Ok((accepted, streams(number)?))
}

/// Its own address.
pub fn local(socket: u32) -> Result<SocketAddr> {
    let socket = Socket::of(socket);
    socket.usable()?;
    match socket.state {
        State::Unbound | State::Connecting => Err(Refusal::InvalidState),
        _ => Ok(socket::local(socket.number)?),
    }
}

/// The peer's address.
pub fn peer(socket: u32) -> Result<SocketAddr> {
    let socket = Socket::of(socket);
    match socket.state {
        State::Connected => Ok(socket::peer(socket.number)?),
        _ => Err(Refusal::InvalidState),
    }
}

/// Whether it listens.
pub fn is_listening(socket: u32) -> bool {
    Socket::of(socket).state == State::Listening
}

/// The family of its addresses.
pub fn family(socket: u32) -> Family {
    Socket::of(socket).family()
}

/// Sets the number of connections that may wait to be accepted.
pub fn set_backlog(socket: u32, value: u64) -> Result {
    Socket::change(socket, |socket| socket.set_backlog(value))
}

/// Its descriptor, for options: refused while it connects, and after a failure.
pub fn settable(socket: u32) -> Result<u32> {
    let socket = Socket::of(socket);
    match socket.state {
        State::Connecting => Err(Refusal::InvalidState),
        _ => socket.usable().map(|()| socket.number),
    }
}

/// A pollable that is ready when the operation in progress can be finished.
pub fn subscribe(socket: u32) -> Result<u32, TooMany> {
    Socket::change(socket, |socket| socket.children += 1);
    Pollable::of_parent(&PARENT, socket)
}

/// Shuts down one direction of its connection, or both.
pub fn shutdown(socket: u32, how: How) -> Result {
    let socket = Socket::of(socket);
    if socket.state != State::Connected {
        return Err(Refusal::InvalidState);
    }
    // It is no error if the peer has already ended the connection.
    let _ = stream::shutdown(socket.number, how);
    Ok(())
}

/// Removes it after its last handle; its streams may live on.
pub fn remove(socket: u32) -> Result<(), HasChildren> {
    let Socket {
        number, children, ..
    } = Socket::of(socket);
    if children != 0 {
        return Err(HasChildren);
    }
    SOCKETS.remove(socket as usize);
    // There is nowhere to report an error.
    let _ = descriptor::let_go(number);
    Ok(())
}
