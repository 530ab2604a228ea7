//! Streams of datagrams, by handles: incoming and outgoing datagrams of a UDP socket.

use super::{
    address,
    datagram::{self, LONGEST},
    grants,
    refusal::{Refusal, Result},
    socket, udp,
};
use crate::{
    host::{
        buffer::buffer,
        handles::{HasChildren, Held, TooMany, insert},
        poll::is_ready,
        pollable::{Parent, Pollable},
        table::{Entry, Table},
    },
    os::{Errno, ready::direction, socket::Family},
};
use core::{cell::Cell, net::SocketAddr};

/// The maximum of datagrams that one call receives.
pub const MOST: usize = 32;

/// The maximum of datagrams that one call may send.
const PERMIT: u8 = 16;

/// A stream in either direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagrams {
    /// Whether the entry of the table is in use.
    used: bool,
    ipv6: bool,
    /// Whether the socket is restricted to one address.
    connected: bool,
    /// Whether any sender is accepted: the program may receive on the socket's address.
    waits: bool,
    /// The number of datagrams that `check-send` has allowed.
    permit: u8,
    /// Whether the system refused a datagram because its queue was full.
    full: bool,
    /// The socket, and its descriptor, both of which must live as long.
    socket: u32,
    number: u32,
    /// Number of pollables made from it.
    children: u32,
}

impl Entry for Datagrams {
    const FREE: Datagrams = Datagrams {
        used: false,
        ipv6: false,
        connected: false,
        waits: false,
        permit: 0,
        full: false,
        socket: 0,
        number: 0,
        children: 0,
    };

    fn is_free(&self) -> bool {
        !self.used
    }
}

static STREAMS: Table<Datagrams> = Table::new();

impl Held for Datagrams {
    const TABLE: &'static Table<Datagrams> = &STREAMS;
}

static INCOMING: Parent = Parent {
    now: |pollable| wait_for(pollable, direction::IN),
    works: false,
    ready: |_| false,
    left,
};

static OUTGOING: Parent = Parent {
    now: |pollable| wait_for(pollable, direction::OUT),
    works: false,
    ready: |stream| !Datagrams::of(stream).full,
    left,
};

fn wait_for(pollable: &mut Pollable, direction: u16) {
    (pollable.number, pollable.direction) = (Datagrams::of(pollable.of).number, direction);
}

fn left(stream: u32) {
    Datagrams::change(stream, |stream| stream.children -= 1);
}

impl Datagrams {
    /// A stream of a socket with this descriptor.
    pub fn new(socket: u32, number: u32, family: Family) -> Self {
        Datagrams {
            used: true,
            ipv6: family == Family::Ipv6,
            socket,
            number,
            ..Datagrams::FREE
        }
    }

    /// Sets whether the socket is restricted to one address.
    pub fn connected(self, connected: bool) -> Self {
        Datagrams { connected, ..self }
    }

    /// Sets whether any sender is accepted.
    pub fn waiting_there(self, waits: bool) -> Self {
        Datagrams { waits, ..self }
    }

    /// Inserts it into the table; returns its number.
    pub fn insert(self) -> Result<u32, TooMany> {
        insert(&STREAMS, self)
    }

    fn receive(&self, most: u64, mut each: impl FnMut(&[Cell<u8>], SocketAddr)) -> Result {
        let most = usize::try_from(most).unwrap_or(MOST).min(MOST);
        let mut received = 0;
        while received < most {
            let room = buffer(LONGEST as u64);
            match datagram::receive(self.number, room) {
                // The sender is neither an address that the program may reach, nor expected on this
                // socket.
                Ok((_, from)) if !self.connected && !self.waits && !grants::answers(&from) => {}
                Ok((bytes, from)) => {
                    each(room.get(..bytes).unwrap_or_default(), from);
                    received += 1;
                }
                Err(errno) if errno != Errno::EAGAIN && received == 0 => return Err(errno.into()),
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn permit(&mut self) -> u64 {
        let fd = socket::fd_of(self.number);
        self.full = self.full && !fd.is_ok_and(|fd| is_ready(fd, direction::OUT));
        if self.full {
            return 0;
        }
        if self.permit == 0 {
            self.permit = PERMIT;
        }
        self.permit.into()
    }

    fn send<'a>(
        &mut self,
        datagrams: impl ExactSizeIterator<Item = (&'a [Cell<u8>], Option<SocketAddr>)>,
    ) -> Result<u64> {
        if datagrams.len() > usize::from(self.permit) || self.permit == 0 {
            return Err(Refusal::NotPermitted);
        }
        self.permit = 0;
        let mut sent = 0;
        for (bytes, to) in datagrams {
            match self.send_one(bytes, to) {
                Ok(()) => sent += 1,
                Err(_) if sent > 0 => break,
                Err(Errno::EAGAIN) => {
                    self.full = true;
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(sent)
    }

    fn send_one(&self, bytes: &[Cell<u8>], to: Option<SocketAddr>) -> Result<(), Errno> {
        if bytes.len() > LONGEST {
            return Err(Errno::EMSGSIZE);
        }
        match to {
            None if self.connected => {}
            Some(to) if self.connected && socket::peer(self.number) == Ok(to) => {}
            Some(to) if !self.connected => {
                address::remote(&to)?;
                let family = if self.ipv6 {
                    Family::Ipv6
                } else {
                    Family::Ipv4
                };
                address::of_family(&to, family)?;
                return datagram::send_to(self.number, bytes, &to);
            }
            _ => return Err(Errno::EINVAL),
        }
        datagram::send(self.number, bytes)
    }
}

/// Receives up to `most` datagrams, but at most [`MOST`]; `each` gets the bytes and the sender. An
/// error is returned only if no datagram was received.
pub fn receive(stream: u32, most: u64, each: impl FnMut(&[Cell<u8>], SocketAddr)) -> Result {
    Datagrams::of(stream).receive(most, each)
}

/// The number of datagrams that may be sent.
pub fn permit(stream: u32) -> u64 {
    Datagrams::change(stream, Datagrams::permit)
}

/// Sends datagrams, each to an address or to the connected peer; returns the number sent. An error
/// is returned only if none was sent.
pub fn send<'a>(
    stream: u32,
    datagrams: impl ExactSizeIterator<Item = (&'a [Cell<u8>], Option<SocketAddr>)>,
) -> Result<u64> {
    Datagrams::change(stream, |stream| stream.send(datagrams))
}

/// A pollable that is ready when a datagram has arrived.
pub fn subscribe_incoming(stream: u32) -> Result<u32, TooMany> {
    Datagrams::change(stream, |stream| stream.children += 1);
    Pollable::of_parent(&INCOMING, stream)
}

/// A pollable that is ready when a datagram can be sent.
pub fn subscribe_outgoing(stream: u32) -> Result<u32, TooMany> {
    Datagrams::change(stream, |stream| stream.children += 1);
    Pollable::of_parent(&OUTGOING, stream)
}

/// Removes it after its last handle.
pub fn remove(stream: u32) -> Result<(), HasChildren> {
    let Datagrams {
        socket, children, ..
    } = Datagrams::of(stream);
    if children != 0 {
        return Err(HasChildren);
    }
    STREAMS.remove(stream as usize);
    udp::stream_gone(socket);
    Ok(())
}
