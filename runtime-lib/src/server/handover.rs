//! What a worker and the supervisor tell each other: connections that are given away while a
//! handler waits, and the end of the worker.

use super::{
    connections::State,
    records,
    worker::{LISTENER, Worker},
};
use crate::{
    host::clock,
    os::{
        Errno, Fd,
        child::receive,
        fd, process,
        queue::{Event, Interest},
    },
};

/// The number of the channel to the supervisor in events.
pub(super) const CHANNEL: u64 = 1 << 33;

impl Worker {
    /// Takes messages of the supervisor.
    pub(super) fn hear(&mut self) {
        loop {
            match receive(self.start.channel) {
                Ok(Some((records::supervisor::TAKE, Some(fd)))) => self.add(fd),
                Ok(Some((records::supervisor::STOP, _))) => self.stop(),
                Ok(Some((records::supervisor::RETIRE, _))) => self.retire(),
                Ok(Some((records::supervisor::END, _))) => {
                    self.over = true;
                    if self.current == u32::MAX {
                        self.leave(self.connections.count() as u32);
                    }
                    self.waits.deadline = 0;
                    return;
                }
                Ok(Some(_)) | Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                // The supervisor has gone.
                Ok(None) | Err(_) => self.leave(0),
            }
        }
    }

    /// Begins to stop: takes the connections that wait, and closes the listening sockets.
    pub(super) fn stop(&mut self) {
        if self.stops {
            return;
        }
        let listeners = self.start.listeners;
        for &fd in listeners.all() {
            while self.accept(fd) {}
        }
        self.stops = true;
        self.listen();
        for &fd in listeners.all() {
            let _ = fd::close(fd);
        }
    }

    /// Gives all connections without a request away, and ends after the others.
    pub(super) fn retire(&mut self) {
        self.stops = true;
        self.listen();
        while let Some((index, _)) = self.connections.longest(State::Idle) {
            if let Some(connection) = self.connections.get(index) {
                let fd = connection.fd;
                self.gives(fd);
            }
            self.close(index);
        }
    }

    /// Ends the process. `unanswered`: requests that got no answer.
    pub(super) fn leave(&self, unanswered: u32) -> ! {
        self.tell(records::join(records::worker::ENDS, unanswered), None);
        process::exit(0)
    }

    /// The handler's wait lasts: other workers get what arrives for this one.
    pub(super) fn begin_wait(&mut self) -> Fd {
        self.tell(records::worker::WAITS, None);
        self.listens = false;
        for &fd in self.start.listeners.all() {
            let _ = self.queue.remove(fd);
        }
        self.queue.0
    }

    /// Something has arrived while the handler waits.
    pub(super) fn during_wait(&mut self) {
        let mut events = [Event::default(); 16];
        let found = self.queue.wait(&mut events, 0).unwrap_or(0);
        self.now = clock::monotonic();
        for event in events.get(..found).unwrap_or_default() {
            match event.number() {
                CHANNEL => self.hear(),
                listener if listener & LISTENER != 0 => {}
                index => self.give(index as u32),
            }
        }
        self.expire_ended();
    }

    /// Gives a connection to the supervisor; returns whether that took it. It must no longer be
    /// watched: closing it here does not end that, because it stays open elsewhere.
    fn gives(&mut self, fd: Fd) -> bool {
        let gone = self.queue.remove(fd).is_ok();
        gone && self.tell(records::worker::GIVES, Some(fd))
    }

    /// Gives a connection with a request away, or leaves it until the wait ends.
    pub(super) fn give(&mut self, index: u32) {
        let Some(connection) = self.connections.get(index) else {
            return;
        };
        let (fd, state) = (connection.fd, connection.state);
        match state {
            State::Answer => self.drain(index),
            State::Linger => self.linger(index),
            State::Idle if !self.stops && self.gives(fd) => self.close(index),
            State::Idle | State::Head | State::Turn | State::Rest => {
                let _ = self.queue.remove(fd);
                if let Some(connection) = self.connections.get(index) {
                    connection.has_turn = state == State::Turn;
                }
                self.connections.wait(index, State::Parked, self.now);
            }
            State::Free | State::Busy | State::Parked => {
                let _ = self.queue.remove(fd);
            }
        }
    }

    /// The handler's wait is over.
    pub(super) fn end_wait(&mut self) {
        self.tell(records::worker::CONTINUES, None);
        while let Some((index, _)) = self.connections.longest(State::Parked) {
            let Some(connection) = self.connections.get(index) else {
                break;
            };
            let fd = connection.fd;
            let kept = !connection.kept.bytes().is_empty();
            let next = connection.next();
            if self.queue.add(fd, Interest::In, index.into()).is_err() {
                self.close(index);
            } else {
                let state = match (core::mem::take(&mut connection.has_turn), kept) {
                    (true, _) => State::Turn,
                    (false, true) => State::Head,
                    (false, false) => next,
                };
                self.connections.wait(index, state, self.now);
            }
        }
        if let Some(connection) = self.connections.get(self.current) {
            // It was removed if the client sent something.
            let _ = self
                .queue
                .add(connection.fd, Interest::In, self.current.into());
        }
    }
}
