//! TCP sockets, and how far they have come.

use super::{Result, error::of_address};
use crate::{
    canonical::Own,
    component::raise,
    host::{
        descriptor,
        table::{Entry, Table},
    },
    os::{Errno, ready::direction, socket::Family},
    wasi::p2::{
        generated::{
            io::poll,
            sockets::{network::ErrorCode, tcp::TcpSocket},
        },
        objects::{self, Parent, Pollable},
    },
};
use wasi_aot_abi::Trap;

/// How far a socket has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// The entry of the table is free.
    Free,
    /// It is new.
    Unbound,
    /// `start-bind` has succeeded.
    BindStarted,
    /// It has an address.
    Bound,
    /// `start-listen` has succeeded.
    ListenStarted,
    /// It waits for connections.
    Listening,
    /// `start-connect` has succeeded.
    Connecting,
    /// It has a connection.
    Connected,
    /// It failed: it is good for nothing.
    Closed,
}

/// A socket.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    /// How far it has come.
    pub state: State,
    /// Of [`State::Connecting`] and [`State::Closed`]: why it has failed; 0: it has not.
    pub failed: u16,
    /// Whether it is one of IPv6.
    ipv6: bool,
    /// Whether its address is granted to wait at.
    pub may_listen: bool,
    /// Its descriptor, of which it is a holder.
    pub number: u32,
    /// How many connections may wait to be accepted; 0: as many as the system allows.
    pub backlog: u32,
    /// Pollables that were made of it.
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

static PARENT: Parent = Parent {
    now,
    works: false,
    ready: |_| false,
    left: |rep| Socket::of(rep).and(|socket| socket.children -= 1, rep),
};

/// A pollable of a socket waits for its connection, or for connections of others; else there is nothing to wait for.
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

impl Socket {
    /// The handle of a new one; it holds its descriptor.
    pub fn insert(state: State, family: Family, number: u32) -> Own<TcpSocket> {
        Own::new(objects::inserted(
            &SOCKETS,
            Socket {
                state,
                ipv6: family == Family::Ipv6,
                number,
                ..Socket::FREE
            },
        ))
    }

    /// The socket of a handle.
    pub fn of(rep: u32) -> Socket {
        objects::found(&SOCKETS, rep)
    }

    /// Changes it.
    pub fn set(self, rep: u32) {
        SOCKETS.write(rep as usize, self);
    }

    fn and(mut self, change: impl FnOnce(&mut Socket), rep: u32) {
        change(&mut self);
        self.set(rep);
    }

    /// The addresses that it deals with.
    pub fn family(&self) -> Family {
        if self.ipv6 {
            Family::Ipv6
        } else {
            Family::Ipv4
        }
    }

    /// Its last handle is gone; its streams may live on. Traps if a pollable was made of it that lives.
    pub fn remove(rep: u32) {
        let socket = Socket::of(rep);
        if socket.children != 0 {
            raise(Trap::ResourceHasChildren);
        }
        SOCKETS.remove(rep as usize);
        // Nobody could be told.
        let _ = descriptor::let_go(socket.number);
    }

    /// A pollable that is ready when an operation in progress is.
    pub fn subscribe(rep: u32) -> Own<poll::Pollable> {
        Socket::of(rep).and(|socket| socket.children += 1, rep);
        Pollable::of_parent(&PARENT, rep)
    }

    /// `concurrency-conflict` if an operation was started that is not finished.
    pub fn idle(&self) -> Result {
        match self.state {
            State::BindStarted | State::ListenStarted | State::Connecting => {
                Err(ErrorCode::ConcurrencyConflict)
            }
            _ => Ok(()),
        }
    }

    /// Goes on from one state to another; `otherwise` in any other state.
    pub fn step(&mut self, from: State, to: State, otherwise: ErrorCode) -> Result {
        if self.state != from {
            return Err(otherwise);
        }
        self.state = to;
        Ok(())
    }

    /// Its descriptor, for what it is set to: `invalid-state` while it connects; when it has failed, why.
    pub fn settable(&self) -> Result<u32> {
        match self.state {
            State::Connecting => Err(ErrorCode::InvalidState),
            _ => self.usable().map(|()| self.number),
        }
    }

    /// Why it has failed, if it is good for nothing.
    pub fn usable(&self) -> Result {
        match self.state {
            State::Closed => self.failure().map_err(of_address),
            _ => Ok(()),
        }
    }

    /// The error that it has failed with already.
    pub fn failure(&self) -> core::result::Result<(), Errno> {
        match self.failed {
            0 => Ok(()),
            errno => Err(Errno::from_number(errno)),
        }
    }

    /// It has failed.
    pub fn close(&mut self, errno: Errno) {
        (self.state, self.failed) = (State::Closed, errno.number());
    }
}
