//! The connections of a worker: their states, and lists of those that wait for the same thing,
//! ordered by time.

#[cfg(test)]
mod tests;

use super::zeros;
use crate::{
    host::http::head::Scan,
    os::{Errno, Fd, fd, memory},
};
use core::ptr;

/// What a connection waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum State {
    /// Nothing: the entry is free.
    Free = 0,
    /// A request.
    Idle = 1,
    /// The rest of a request's head.
    Head = 2,
    /// The client, to take the rest of an answer.
    Answer = 3,
    /// The client, to close its end after the server has.
    Linger = 4,
    /// Its turn: its request is being handled.
    Busy = 5,
    /// The end of a wait of the handler.
    Parked = 6,
    /// Its turn: requests have arrived that are not handled yet.
    Turn = 7,
    /// The rest of a body that is dropped, before another request.
    Rest = 8,
}

/// The number of states.
const STATES: usize = 9;

/// No connection.
const NONE: u32 = u32::MAX;

/// Bytes that a connection keeps: mapped, of its own.
#[derive(Debug)]
pub struct Kept {
    address: usize,
    capacity: usize,
    len: usize,
}

impl Kept {
    const NOTHING: Kept = Kept {
        address: 0,
        capacity: 0,
        len: 0,
    };

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: they were mapped and written by `set`.
        unsafe { core::slice::from_raw_parts(self.address as *const u8, self.len) }
    }

    /// Replaces them by `parts`, which are elsewhere. `ENOMEM` if there is no memory.
    pub fn set(&mut self, parts: &[&[u8]]) -> Result<(), Errno> {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        if len > self.capacity {
            self.clear();
            let capacity = len.next_power_of_two().max(memory::page_size() as usize);
            self.address = memory::map(capacity)?;
            self.capacity = capacity;
        }
        self.len = 0;
        for part in parts {
            let to = (self.address + self.len) as *mut u8;
            // SAFETY: the capacity is enough for all parts.
            unsafe { ptr::copy_nonoverlapping(part.as_ptr(), to, part.len()) };
            self.len += part.len();
        }
        Ok(())
    }

    /// Drops the first bytes.
    pub fn drop_first(&mut self, bytes: usize) {
        let left = self.len.saturating_sub(bytes);
        let first = self.address as *mut u8;
        // SAFETY: both ranges are within the bytes.
        unsafe { ptr::copy(first.add(self.len - left), first, left) };
        self.len = left;
    }

    /// Drops all of them, and their memory.
    pub fn clear(&mut self) {
        if self.capacity > 0 {
            // SAFETY: `set` mapped it, and nothing refers to it. A failure only wastes memory.
            let _ = unsafe { memory::unmap(self.address, self.capacity) };
        }
        *self = Kept::NOTHING;
    }
}

/// A connection.
#[derive(Debug)]
pub struct Connection {
    /// Its socket.
    pub fd: Fd,
    /// What it waits for.
    pub state: State,
    /// How much of a head is known, while [`State::Head`].
    pub scan: Scan,
    /// Bytes that have arrived and were not used; in [`State::Answer`] those that were not sent.
    pub kept: Kept,
    /// Requests that arrived before the answer was sent.
    pub later: Kept,
    /// Whether it ends after the answer.
    pub ends: bool,
    /// Bytes of the last request's body that are still to come, and are dropped.
    pub left: u64,
    /// Whether it was in [`State::Turn`] before [`State::Parked`].
    pub has_turn: bool,
    /// The time of the monotonic clock since which it waits.
    since: u64,
    before: u32,
    after: u32,
}

impl Connection {
    /// What it waits for before another request has begun to arrive.
    pub fn next(&self) -> State {
        match self.left {
            0 => State::Idle,
            _ => State::Rest,
        }
    }
}

/// The ends of a list.
#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u32,
    last: u32,
}

/// All connections of a worker.
#[derive(Debug)]
pub struct Connections {
    all: &'static mut [Connection],
    /// The entries that have ever been in use.
    used: usize,
    lists: [Ends; STATES],
    count: usize,
}

impl Connections {
    /// None, with memory for this number.
    pub fn new(most: usize) -> Result<Self, Errno> {
        // SAFETY: entries are initialised before they are used; all zeros are a free one without
        // memory.
        let all = unsafe { zeros(most) }?;
        Ok(Connections {
            all,
            used: 0,
            lists: [Ends {
                first: NONE,
                last: NONE,
            }; STATES],
            count: 0,
        })
    }

    /// The number of connections.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A connection.
    pub fn get(&mut self, index: u32) -> Option<&mut Connection> {
        let used = self.all.get_mut(..self.used)?;
        used.get_mut(index as usize)
            .filter(|connection| connection.state != State::Free)
    }

    /// Adds a connection, in [`State::Busy`]; `None` if there are too many.
    pub fn add(&mut self, fd: Fd, now: u64) -> Option<u32> {
        let index = match self.ends(State::Free).first {
            NONE => {
                let index = u32::try_from(self.used).ok()?;
                self.all.get(self.used)?;
                self.used += 1;
                index
            }
            free => {
                self.unlink(free);
                free
            }
        };
        let place = self.all.get_mut(index as usize)?;
        *place = Connection {
            fd,
            state: State::Busy,
            scan: Scan::default(),
            kept: Kept::NOTHING,
            later: Kept::NOTHING,
            ends: false,
            left: 0,
            has_turn: false,
            since: now,
            before: NONE,
            after: NONE,
        };
        self.link(index, State::Busy);
        self.count += 1;
        Some(index)
    }

    /// Closes a connection and frees its entry.
    pub fn close(&mut self, index: u32) {
        if let Some(connection) = self.get(index) {
            // The descriptor is closed even if this fails.
            let _ = fd::close(connection.fd);
            self.forget(index);
        }
    }

    /// Frees an entry without closing the connection.
    pub fn forget(&mut self, index: u32) {
        let Some(connection) = self.get(index) else {
            return;
        };
        connection.kept.clear();
        connection.later.clear();
        self.count -= 1;
        self.unlink(index);
        self.link(index, State::Free);
    }

    /// Makes a connection wait for something, since `now`.
    pub fn wait(&mut self, index: u32, state: State, now: u64) {
        self.unlink(index);
        if let Some(connection) = self.all.get_mut(index as usize) {
            connection.since = now;
        }
        self.link(index, state);
    }

    /// Makes a connection wait for the same thing, since `now`.
    pub fn progress(&mut self, index: u32, now: u64) {
        if let Some(state) = self.get(index).map(|connection| connection.state) {
            self.wait(index, state, now);
        }
    }

    /// The connection that has waited longest in this state, and since when.
    pub fn longest(&self, state: State) -> Option<(u32, u64)> {
        let first = self.ends(state).first;
        let connection = self.all.get(first as usize)?;
        Some((first, connection.since))
    }

    fn ends(&self, state: State) -> Ends {
        let none = Ends {
            first: NONE,
            last: NONE,
        };
        self.lists.get(state as usize).copied().unwrap_or(none)
    }

    fn unlink(&mut self, index: u32) {
        let Some(connection) = self.all.get(index as usize) else {
            return;
        };
        let (before, after, state) = (connection.before, connection.after, connection.state);
        let mut ends = self.ends(state);
        match self.all.get_mut(before as usize) {
            Some(other) => other.after = after,
            None => ends.first = after,
        }
        match self.all.get_mut(after as usize) {
            Some(other) => other.before = before,
            None => ends.last = before,
        }
        if let Some(list) = self.lists.get_mut(state as usize) {
            *list = ends;
        }
    }

    /// Appends to the list of a state.
    fn link(&mut self, index: u32, state: State) {
        let mut ends = self.ends(state);
        if let Some(connection) = self.all.get_mut(index as usize) {
            connection.state = state;
            connection.before = ends.last;
            connection.after = NONE;
        }
        match self.all.get_mut(ends.last as usize) {
            Some(other) => other.after = index,
            None => ends.first = index,
        }
        ends.last = index;
        if let Some(list) = self.lists.get_mut(state as usize) {
            *list = ends;
        }
    }
}
