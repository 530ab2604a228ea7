//! Streams of datagrams: those that come to a UDP socket, and those that go.

use super::{Result, address, udp::Socket};
use crate::{
    canonical::{Call, List, Own, Stored},
    component::raise,
    host::{
        net::{
            datagram::{self, LONGEST},
            grants, socket,
        },
        poll::is_ready,
        table::{Entry, Table},
    },
    os::{Errno, ready::direction, socket::Family},
    scratch::Scratch,
    wasi::p2::{
        generated::{
            io::poll,
            sockets::{
                network::ErrorCode,
                udp::{IncomingDatagram, OutgoingDatagram},
            },
        },
        objects::{self, Parent, Pollable},
    },
};
use core::net::SocketAddr;
use wasi_aot_abi::Trap;

/// So many datagrams are received at once.
const MOST: usize = 32;

/// So many datagrams may be sent at once.
const PERMIT: u8 = 16;

/// A stream in either direction.
#[derive(Clone, Copy, Debug)]
pub struct Datagrams {
    /// Whether the entry of the table is in use.
    used: bool,
    ipv6: bool,
    /// Whether the socket deals with one address only.
    connected: bool,
    /// Whether anybody may send to it: the socket's address is granted to wait at.
    waits: bool,
    /// How many datagrams `check-send` has allowed.
    permit: u8,
    /// There was no room for a datagram.
    full: bool,
    /// The socket, and its descriptor: it lives as long.
    socket: u32,
    number: u32,
    /// Pollables that were made of it.
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

static INCOMING: Parent = Parent {
    now: |pollable| wait_for(pollable, direction::IN),
    works: false,
    ready: |_| false,
    left,
};

static OUTGOING: Parent = Parent {
    now: |pollable| wait_for(pollable, direction::OUT),
    works: false,
    ready: |rep| !Datagrams::of(rep).full,
    left,
};

fn wait_for(pollable: &mut Pollable, direction: u16) {
    (pollable.number, pollable.direction) = (Datagrams::of(pollable.of).number, direction);
}

fn left(rep: u32) {
    Datagrams::change(rep, |stream| stream.children -= 1);
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

    /// The same of a socket that deals with one address only, or not.
    pub fn connected(self, connected: bool) -> Self {
        Datagrams { connected, ..self }
    }

    /// The same of a socket that anybody may send to, or not.
    pub fn waiting_there(self, waits: bool) -> Self {
        Datagrams { waits, ..self }
    }

    /// Its representation.
    pub fn insert(self) -> u32 {
        objects::inserted(&STREAMS, self)
    }

    /// The stream of a handle.
    pub fn of(rep: u32) -> Self {
        objects::found(&STREAMS, rep)
    }

    /// Does something with it, which may change it.
    pub fn change<T>(rep: u32, change: impl FnOnce(&mut Datagrams) -> T) -> T {
        let mut stream = Datagrams::of(rep);
        let result = change(&mut stream);
        STREAMS.write(rep as usize, stream);
        result
    }

    /// Its last handle is gone. Traps if a pollable was made of it that lives.
    pub fn remove(rep: u32) {
        let stream = Datagrams::of(rep);
        if stream.children != 0 {
            raise(Trap::ResourceHasChildren);
        }
        STREAMS.remove(rep as usize);
        Socket::stream_gone(stream.socket);
    }

    /// A pollable that is ready when a datagram has come.
    pub fn subscribe_incoming(rep: u32) -> Own<poll::Pollable> {
        Datagrams::change(rep, |stream| stream.children += 1);
        Pollable::of_parent(&INCOMING, rep)
    }

    /// A pollable that is ready when a datagram can be sent.
    pub fn subscribe_outgoing(rep: u32) -> Own<poll::Pollable> {
        Datagrams::change(rep, |stream| stream.children += 1);
        Pollable::of_parent(&OUTGOING, rep)
    }

    /// Receives at most so many datagrams. An error counts only if there is none.
    pub fn receive(&self, call: &Call<'_>, most: u64) -> Result<Stored<[IncomingDatagram]>> {
        let most = usize::try_from(most).unwrap_or(MOST).min(MOST);
        let mut received = Scratch::<IncomingDatagram, MOST>::new(most)?;
        while received.values().len() < most {
            let room = objects::buffer(LONGEST as u64);
            match datagram::receive(self.number, room) {
                // From somebody whom the program may not reach itself, and has not asked to hear of.
                Ok((_, from)) if !self.connected && !self.waits && !grants::answers(&from) => {}
                Ok((bytes, from)) => received.push(IncomingDatagram {
                    data: call.copied_cells(room.get(..bytes).unwrap_or_default()),
                    remote_address: from.into(),
                }),
                Err(errno) if errno != Errno::EAGAIN && received.values().is_empty() => {
                    return Err(errno.into());
                }
                Err(_) => break,
            }
        }
        let received = received.values();
        Ok(call.list_of(received))
    }

    /// How many datagrams may be sent.
    pub fn check_send(&mut self) -> u64 {
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

    /// Sends datagrams: how many went. An error counts only if none did. Traps if `check-send` has allowed fewer.
    pub fn send(&mut self, datagrams: List<'_, OutgoingDatagram<'_>>) -> Result<u64> {
        // What is wrong with one of them is a trap before any is sent.
        datagrams.iter().for_each(drop);
        if datagrams.len() > usize::from(self.permit) || self.permit == 0 {
            raise(Trap::SendNotPermitted);
        }
        self.permit = 0;
        let mut sent = 0;
        for datagram in datagrams.iter() {
            match self.send_one(&datagram) {
                Ok(()) => sent += 1,
                Err(_) if sent > 0 => break,
                Err(ErrorCode::WouldBlock) => {
                    self.full = true;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    fn send_one(&self, datagram: &OutgoingDatagram<'_>) -> Result {
        let bytes = datagram.data.cells();
        if bytes.len() > LONGEST {
            return Err(ErrorCode::DatagramTooLarge);
        }
        let to = datagram.remote_address.map(SocketAddr::from);
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
                return Ok(datagram::send_to(self.number, bytes, &to)?);
            }
            _ => return Err(ErrorCode::InvalidArgument),
        }
        Ok(datagram::send(self.number, bytes)?)
    }
}
