//! The body of a request while it arrives: from the connection's buffer to the program, with its
//! framing removed (RFC 9112, sections 6 and 7).

#[cfg(test)]
mod tests;

use super::{
    answer::CONTINUE,
    chunked::{self, Decoder},
    framing::{Body, Framing},
    head::{self, Field, Head, Limits, Scan},
};
use crate::os::{
    Errno, Fd, IoRead, IoWrite, fd,
    socket::{self, message},
};
use core::ops::Range;

/// The most bytes of a body that nobody reads which may be missing when the answer begins: they are
/// dropped as they arrive. Sending more would cost the client more than another connection.
const MOST_LEFT: u64 = 64 << 10;

/// How far a body has arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// This number of bytes is left.
    Length(u64),
    /// Chunks.
    Chunks,
    /// The trailer section.
    Trailers,
    /// The end, including the trailer section.
    Ended,
    /// It cannot be read to its end.
    Failed(Errno),
}

/// The bytes of a connection that have arrived: the head of a request, from the start, and what
/// follows it.
#[derive(Debug)]
pub struct Incoming {
    /// The connection.
    fd: Fd,
    /// The buffer.
    buffer: &'static mut [u8],
    /// Where the head starts.
    start: usize,
    /// Its end.
    body: usize,
    /// The bytes that have been used.
    used: usize,
    /// The bytes that have arrived.
    filled: usize,
    /// Data that has been decoded and not read.
    ready: Range<usize>,
    decoder: Decoder,
    state: State,
    /// Whether the client waits for `100 Continue`.
    waits: bool,
    /// The status code for a request whose body failed with `EPROTO`.
    refused: u16,
    /// Bytes that have been received on all connections.
    received: u64,
    /// Bytes of data so far, and their limit.
    data: u64,
    most: u64,
    /// The trailer fields, relative to `section`.
    trailers: &'static mut [Field],
    trailer_count: usize,
    section: usize,
    scan: Scan,
    limits: Limits,
}

impl Incoming {
    /// Nothing, in a buffer and with memory for trailer fields. `most`: bytes of data in a body.
    pub fn new(
        buffer: &'static mut [u8],
        trailers: &'static mut [Field],
        limits: Limits,
        most: u64,
    ) -> Self {
        Incoming {
            fd: Fd(-1),
            buffer,
            start: 0,
            body: 0,
            used: 0,
            filled: 0,
            ready: 0..0,
            decoder: Decoder::new(),
            state: State::Ended,
            waits: false,
            refused: 0,
            received: 0,
            data: 0,
            most,
            trailers,
            trailer_count: 0,
            section: 0,
            scan: Scan::default(),
            limits,
        }
    }

    /// Starts with a connection and the bytes that have arrived on it.
    pub fn connect(&mut self, fd: Fd, arrived: &[u8]) {
        self.fd = fd;
        (self.start, self.body, self.used) = (0, 0, 0);
        self.filled = arrived.len().min(self.buffer.len());
        if let Some(place) = self.buffer.get_mut(..self.filled) {
            place.copy_from_slice(arrived.get(..self.filled).unwrap_or_default());
        }
        self.ready = 0..0;
        self.state = State::Ended;
        self.waits = false;
    }

    /// Starts with a request whose head has been parsed from [`Incoming::rest`].
    pub fn begin(&mut self, head: &Head, framing: &Framing) {
        self.start = self.used;
        self.used += head.len;
        self.body = self.used;
        self.ready = 0..0;
        self.decoder = Decoder::new();
        self.data = 0;
        self.trailer_count = 0;
        self.scan = Scan::default();
        self.waits = framing.expects_continue;
        self.state = match framing.body {
            Body::None | Body::Length(0) => State::Ended,
            Body::Length(length) => State::Length(length),
            Body::Chunked => State::Chunks,
        };
    }

    /// The bytes of the request's head, which stay until the next one begins.
    pub fn head(&self) -> &[u8] {
        self.buffer.get(self.start..self.body).unwrap_or_default()
    }

    /// The bytes that have arrived and are not used.
    pub fn rest(&self) -> &[u8] {
        self.buffer.get(self.used..self.filled).unwrap_or_default()
    }

    /// Drops the first bytes that have arrived, before another head; returns how many of them have
    /// not.
    pub fn pass_over(&mut self, bytes: u64) -> u64 {
        let arrived = bytes.min(self.rest().len() as u64);
        self.used += arrived as usize;
        bytes - arrived
    }

    /// The bytes of the body that are still to come, if their number is known.
    pub fn left(&self) -> u64 {
        match self.state {
            State::Length(left) => left,
            _ => 0,
        }
    }

    /// Moves what is not used to the start of the buffer, before another head.
    pub fn compact(&mut self) {
        self.buffer.copy_within(self.used..self.filled, 0);
        self.filled -= self.used;
        (self.start, self.body, self.used) = (0, 0, 0);
        self.ready = 0..0;
    }

    /// The number of bytes that have been received so far, on all connections.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The state.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether the client still waits for `100 Continue`, and has sent nothing of the body.
    pub fn waits(&self) -> bool {
        self.waits && self.used == self.filled
    }

    /// Sends no `100 Continue` from now on.
    pub fn wait_no_more(&mut self) {
        self.waits = false;
    }

    /// The status code of the answer to a request with this body, if the body is the client's
    /// fault.
    pub fn refusal(&self) -> Option<u16> {
        match self.state {
            State::Failed(Errno::EPROTO) => Some(self.refused),
            State::Failed(Errno::EMSGSIZE) => Some(413),
            State::Failed(Errno::ETIMEDOUT) => Some(408),
            _ => None,
        }
    }

    /// The trailer fields, once the body has ended.
    pub fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let fields = self.trailers.get(..self.trailer_count).unwrap_or_default();
        let section = self.buffer.get(self.section..).unwrap_or_default();
        let fields = fields.iter();
        fields.map(move |field| (field.name.of(section), field.value.of(section)))
    }

    /// Receives once, without waiting. `ECONNRESET` if the client has closed its end; `ENOBUFS` if
    /// the buffer is full.
    pub fn receive(&mut self) -> Result<usize, Errno> {
        let place = self.buffer.get_mut(self.filled..);
        let Some(place) = place.filter(|room| !room.is_empty()) else {
            return Err(Errno::ENOBUFS);
        };
        match fd::read(self.fd, place)? {
            0 => Err(Errno::ECONNRESET),
            bytes => {
                self.filled += bytes;
                self.received += bytes as u64;
                Ok(bytes)
            }
        }
    }

    /// Reads data; returns the number of bytes, 0 at the end of the body. `EAGAIN`: none has
    /// arrived.
    pub fn read(&mut self, vectors: &[IoRead]) -> Result<usize, Errno> {
        loop {
            let data = self.buffer.get(self.ready.clone()).unwrap_or_default();
            if !data.is_empty() {
                let read = fill(vectors, data);
                self.ready.start += read;
                self.settle();
                return Ok(read);
            }
            match self.state {
                State::Ended => return Ok(0),
                State::Failed(errno) => return Err(errno),
                State::Length(_) | State::Chunks | State::Trailers => {}
            }
            if let Err(errno) = self.advance() {
                return Err(self.fail(errno));
            }
        }
    }

    /// Drops data up to the end of the body. `EAGAIN`: the end has not arrived.
    pub fn skip(&mut self) -> Result<(), Errno> {
        loop {
            self.ready.start = self.ready.end;
            self.settle();
            match self.state {
                State::Ended => return Ok(()),
                State::Failed(errno) => return Err(errno),
                State::Length(_) | State::Chunks | State::Trailers => {}
            }
            if let Err(errno) = self.advance() {
                return Err(self.fail(errno));
            }
        }
    }

    /// Whether another request can follow if nobody reads the rest of the body: its end has
    /// arrived, or is known to be near. Nothing of it is used.
    pub fn can_be_left(&mut self) -> bool {
        match self.state {
            State::Ended => true,
            State::Failed(_) => false,
            State::Length(left) => left.saturating_sub(self.rest().len() as u64) <= MOST_LEFT,
            State::Chunks | State::Trailers => {
                // What has arrived meanwhile counts. Errors appear again.
                let _ = self.receive();
                self.has_end()
            }
        }
    }

    /// Whether chunks and trailer section have arrived to their end, and are valid.
    fn has_end(&mut self) -> bool {
        let (mut decoder, mut data) = (self.decoder.clone(), self.data);
        let mut trailers = self.state == State::Trailers;
        let mut at = if trailers { self.section } else { self.used };
        while !trailers {
            let input = self.buffer.get(at..self.filled).unwrap_or_default();
            let Ok(step) = decoder.decode(input) else {
                return false;
            };
            data += step.data.len() as u64;
            if data > self.most || input.is_empty() {
                return false;
            }
            at += step.data.end;
            trailers = step.trailers;
        }
        let bytes = self.buffer.get(at..self.filled).unwrap_or_default();
        let mut scan = Scan::default();
        let found = head::section(bytes, &mut scan, &self.limits, self.trailers);
        matches!(found, Ok(Some(_)))
    }

    /// Whether [`Incoming::read`] would return something, after what has arrived was taken in.
    pub fn is_ready(&mut self) -> bool {
        while self.ready.is_empty() && !matches!(self.state, State::Ended | State::Failed(_)) {
            if let Err(errno) = self.advance() {
                return self.fail(errno) != Errno::EAGAIN;
            }
            self.settle();
        }
        true
    }

    /// Ends the body with an error, except for those that another attempt may not have.
    pub fn fail(&mut self, errno: Errno) -> Errno {
        if !matches!(errno, Errno::EAGAIN | Errno::EINTR) {
            self.state = State::Failed(errno);
        }
        errno
    }

    /// Takes note of invalid framing.
    fn refuse(&mut self, status: u16) -> Errno {
        self.refused = status;
        Errno::EPROTO
    }

    /// Takes note of the end of a body whose data is read.
    fn settle(&mut self) {
        if self.ready.is_empty() && self.state == State::Length(0) {
            self.state = State::Ended;
        }
    }

    /// Makes a step: decodes what has arrived, or receives more.
    fn advance(&mut self) -> Result<(), Errno> {
        if self.used == self.filled {
            return self.more();
        }
        let at = self.used;
        match self.state {
            State::Length(left) => {
                let bytes = left.min((self.filled - at) as u64);
                self.take(at..at + bytes as usize)?;
                self.state = State::Length(left - bytes);
                Ok(())
            }
            State::Chunks => {
                let input = self.buffer.get(at..self.filled).unwrap_or_default();
                let step = match self.decoder.decode(input) {
                    Ok(step) => step,
                    Err(refused) => return Err(self.refuse(refused.status)),
                };
                if self.data.saturating_add(self.decoder.announced(&step)) > self.most {
                    return Err(Errno::EMSGSIZE);
                }
                self.take(at + step.data.start..at + step.data.end)?;
                if step.trailers {
                    self.state = State::Trailers;
                    self.section = self.used;
                    return self.section();
                }
                Ok(())
            }
            State::Trailers | State::Ended | State::Failed(_) => self.section(),
        }
    }

    /// Takes over data at a place of the buffer.
    fn take(&mut self, data: Range<usize>) -> Result<(), Errno> {
        self.data += data.len() as u64;
        if self.data > self.most {
            return Err(Errno::EMSGSIZE);
        }
        self.used = data.end;
        self.ready = data;
        // A client that sends its body waits for nothing.
        self.waits = false;
        Ok(())
    }

    /// Parses the trailer section. What was decoded before it stays readable.
    fn section(&mut self) -> Result<(), Errno> {
        let bytes = self.buffer.get(self.section..self.filled);
        let bytes = bytes.unwrap_or_default();
        let found = head::section(bytes, &mut self.scan, &self.limits, self.trailers);
        match found {
            Err(refused) => Err(self.refuse(refused.status)),
            Ok(Some(section)) => {
                let fields = self.trailers.get_mut(..section.fields);
                self.trailer_count = chunked::trailers(bytes, fields.unwrap_or_default());
                self.used = self.section + section.len;
                self.state = State::Ended;
                Ok(())
            }
            // Data before the section has to be read first: receiving moves it away.
            Ok(None) if !self.ready.is_empty() => Ok(()),
            Ok(None) => {
                self.used = self.filled;
                self.more()
            }
        }
    }

    /// Receives more, after making room.
    fn more(&mut self) -> Result<(), Errno> {
        if self.waits {
            self.waits = false;
            // It fits into the socket's buffer: nothing was sent since the client's request.
            let line = [IoWrite::of(CONTINUE)];
            let sent = socket::sendmsg(self.fd, &line, message::NOSIGNAL);
            sent.map_err(|_| Errno::ECONNRESET)?;
        }
        let kept = match self.state {
            State::Trailers => self.section,
            _ => self.used,
        };
        if self.filled == self.buffer.len() || kept == self.filled {
            self.buffer.copy_within(kept..self.filled, self.body);
            let moved = kept - self.body;
            self.filled -= moved;
            self.used -= moved;
            self.ready = 0..0;
            if self.state == State::Trailers {
                self.section = self.body;
            }
        }
        match self.receive() {
            Err(Errno::ENOBUFS) => Err(self.refuse(431)),
            result => result.map(drop),
        }
    }
}

/// Copies data into vectors; returns the number of bytes.
fn fill(vectors: &[IoRead], data: &[u8]) -> usize {
    let mut read = 0;
    for vector in vectors {
        read += vector.fill(data.get(read..).unwrap_or_default());
    }
    read
}
