//! Sends the answers of a worker to their ends, and ends connections.

use super::{connections::State, log, worker::Worker};
use crate::{
    host::{clock, http::head::Scan},
    os::{
        Errno, IoWrite, fd,
        queue::Interest,
        socket::{self, How},
    },
};

impl Worker {
    /// Refuses a request: an answer of the server, after which the connection ends.
    pub(super) fn refuse(&mut self, index: u32, status: u16) {
        self.exchange.restart();
        self.exchange.refuse(status);
        log::write(self.exchange, 0);
        self.finish(index);
    }

    /// Refuses a request whose head did not arrive in time.
    pub(super) fn refuse_late(&mut self, index: u32) {
        if let Some(connection) = self.connections.get(index) {
            self.exchange.connect(connection.fd, &[]);
            connection.kept.clear();
            self.refuse(index, 408);
        }
    }

    /// Ends an exchange; returns whether the connection's next request can be read now.
    pub(super) fn finish(&mut self, index: u32) -> bool {
        self.now = clock::monotonic();
        let _ = self.exchange.outgoing.push();
        let persists = self.exchange.persists();
        let exchange = &mut *self.exchange;
        let Some(connection) = self.connections.get(index) else {
            return false;
        };
        connection.ends = !persists;
        connection.left = exchange.incoming.left();
        connection.scan = Scan::default();
        if exchange.outgoing.is_pending() {
            let [head, body] = exchange.outgoing.pending();
            let kept = connection.kept.set(&[head, body]);
            let later = connection.later.set(&[exchange.incoming.rest()]);
            let fd = connection.fd;
            let watched = self.queue.change(fd, Interest::Out, index.into());
            if kept.and(later).and(watched).is_err() {
                self.close(index);
            } else {
                self.connections.wait(index, State::Answer, self.now);
            }
            return false;
        }
        if !persists {
            self.end(index);
            return false;
        }
        exchange.incoming.compact();
        true
    }

    /// Sends the rest of an answer.
    pub(super) fn drain(&mut self, index: u32) {
        let Some(connection) = self.connections.get(index) else {
            return;
        };
        let line = [IoWrite::of(connection.kept.bytes())];
        match socket::sendmsg(connection.fd, &line, socket::message::NOSIGNAL) {
            Ok(bytes) => connection.kept.drop_first(bytes),
            Err(Errno::EAGAIN | Errno::EINTR) => return,
            Err(_) => return self.close(index),
        }
        if !connection.kept.bytes().is_empty() {
            return self.connections.progress(index, self.now);
        }
        if connection.ends {
            return self.end(index);
        }
        let fd = connection.fd;
        core::mem::swap(&mut connection.kept, &mut connection.later);
        connection.later.clear();
        if self.queue.change(fd, Interest::In, index.into()).is_err() {
            return self.close(index);
        }
        let state = connection.next();
        self.connections.wait(index, state, self.now);
        self.take_turn(index);
    }

    /// Ends a connection: a client that is still sending must be able to read the answer, so its
    /// data is dropped for a while (RFC 9112, section 9.6).
    pub(super) fn end(&mut self, index: u32) {
        let Some(connection) = self.connections.get(index) else {
            return;
        };
        let fd = connection.fd;
        let over = socket::shutdown(fd, How::Write).is_err();
        if over || self.queue.change(fd, Interest::In, index.into()).is_err() {
            return self.close(index);
        }
        self.connections.wait(index, State::Linger, self.now);
        self.linger(index);
    }

    /// Drops what a client sends on a connection that has ended.
    pub(super) fn linger(&mut self, index: u32) {
        let Some(connection) = self.connections.get(index) else {
            return;
        };
        let mut dropped = [0; 4096];
        for _ in 0..16 {
            match fd::read(connection.fd, &mut dropped) {
                Ok(0) => return self.close(index),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                Err(_) => return self.close(index),
            }
        }
        // There is more, which is an event again.
    }
}
