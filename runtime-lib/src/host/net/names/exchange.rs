//! Queries to one server, one after the other: by UDP, or by TCP for long answers.

use super::message::QUESTION;
use crate::{
    host::random,
    mapped,
    os::{
        Errno, Fd, IoRead, IoWrite, fd,
        ready::direction,
        retry,
        socket::{self, Family, Type, message},
    },
};
use core::{cell::Cell, net::SocketAddr, ptr, slice};

/// The maximum length of an answer, including its length prefix.
const FRAMED_ANSWER: usize = 2 + 65535;
/// The maximum length of a query with its length prefix, as TCP carries it.
const FRAMED: usize = 2 + QUESTION;

/// A connection to a server.
#[derive(Debug)]
pub struct Exchange {
    fd: Option<Fd>,
    kind: Type,
    /// The query to send by TCP: the bytes between the two indices are still unsent.
    question: [u8; FRAMED],
    sending: (usize, usize),
    /// The number of bytes of an answer, including its length prefix, that have arrived by TCP.
    received: usize,
    /// A buffer for an answer with its length prefix: [`FRAMED_ANSWER`] bytes, mapped when it is
    /// first needed.
    room: Option<&'static [Cell<u8>]>,
}

/// The result of an attempt to continue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// A possible answer has arrived: this number of bytes of [`Exchange::answer`].
    Answer(usize),
    /// Nothing has arrived yet.
    Nothing,
    /// The server is unreachable.
    Failed,
}

impl Exchange {
    /// Not started.
    pub const NONE: Exchange = Exchange {
        fd: None,
        kind: Type::Datagram,
        question: [0; FRAMED],
        sending: (0, 0),
        received: 0,
        room: None,
    };

    /// Starts with a new socket, and therefore a new port, which the kernel chooses at random.
    pub fn begin(&mut self, server: &SocketAddr, kind: Type) -> Result<(), Errno> {
        self.end();
        if self.room.is_none() {
            let bytes = ptr::with_exposed_provenance(mapped::map(FRAMED_ANSWER)?);
            // SAFETY: it was mapped with this size, and lives until `drop`.
            self.room = Some(unsafe { slice::from_raw_parts(bytes, FRAMED_ANSWER) });
        }
        let opened = match kind {
            Type::Stream => socket::open_stream(Family::of(server)),
            Type::Datagram => socket::open_datagram(Family::of(server)),
        }?;
        self.fd = Some(above_streams(opened)?);
        self.kind = kind;
        self.sending = (0, 0);
        self.received = 0;
        // A connected datagram socket reports if nothing listens there, and receives only from this
        // address.
        match socket::connect(self.fd()?, server) {
            Err(Errno::EINPROGRESS | Errno::EINTR) => Ok(()),
            result => result,
        }
    }

    /// Whether it uses TCP.
    pub fn is_stream(&self) -> bool {
        self.kind == Type::Stream
    }

    fn fd(&self) -> Result<Fd, Errno> {
        self.fd.ok_or(Errno::EBADF)
    }

    /// Ends it.
    pub fn end(&mut self) {
        if let Some(open) = self.fd.take() {
            let _ = fd::close(open);
        }
    }

    /// Sends a query.
    pub fn ask(&mut self, question: &[u8]) -> Result<(), Errno> {
        if self.kind == Type::Datagram {
            let fd = self.fd()?;
            let mut copy = [0; QUESTION];
            let Some(copy) = copy.get_mut(..question.len()) else {
                return Err(Errno::EMSGSIZE);
            };
            copy.copy_from_slice(question);
            let vectors = [IoWrite::new(Cell::from_mut(copy).as_slice_of_cells())];
            return match retry(|| socket::sendmsg(fd, &vectors, message::NOSIGNAL)) {
                // The same as a loss on the way.
                Err(Errno::EAGAIN | Errno::ENOBUFS) => Ok(()),
                result => result.map(drop),
            };
        }
        let [high, low] = (question.len() as u16).to_be_bytes();
        let all = [high, low].into_iter().chain(question.iter().copied());
        for (to, from) in self.question.iter_mut().zip(all) {
            *to = from;
        }
        self.sending = (0, 2 + question.len());
        self.received = 0;
        Ok(())
    }

    /// The descriptor to wait for, and the direction.
    pub fn waits_for(&self) -> Option<(Fd, u16)> {
        let sends = self.sending.0 < self.sending.1;
        let direction = if sends { direction::OUT } else { direction::IN };
        self.fd.map(|fd| (fd, direction))
    }

    /// Continues until it would have to wait.
    pub fn advance(&mut self) -> Progress {
        let result = match self.kind {
            Type::Datagram => self.receive(),
            Type::Stream => self.send_rest().and_then(|()| self.receive_rest()),
        };
        match result {
            Ok(bytes) => Progress::Answer(bytes),
            Err(Errno::EAGAIN) => Progress::Nothing,
            Err(_) => Progress::Failed,
        }
    }

    /// The received bytes.
    pub fn answer(&self, bytes: usize) -> &[u8] {
        let from = if self.kind == Type::Stream { 2 } else { 0 };
        let rest = self.room().get(from..).unwrap_or_default();
        let cells = rest.get(..bytes).unwrap_or_default();
        // SAFETY: nothing writes to them until the exchange continues, which needs a mutable
        // borrow.
        unsafe { slice::from_raw_parts(cells.as_ptr().cast(), cells.len()) }
    }

    fn room(&self) -> &'static [Cell<u8>] {
        self.room.unwrap_or_default()
    }

    fn receive(&mut self) -> Result<usize, Errno> {
        let (fd, cells) = (self.fd()?, self.room());
        retry(|| socket::recvmsg(fd, &[IoRead::new(cells)], 0)).map(|(bytes, _)| bytes)
    }

    fn send_rest(&mut self) -> Result<(), Errno> {
        let fd = self.fd()?;
        while self.sending.0 < self.sending.1 {
            let (from, to) = self.sending;
            let rest = self.question.get_mut(from..to).unwrap_or_default();
            let vectors = [IoWrite::new(Cell::from_mut(rest).as_slice_of_cells())];
            self.sending.0 += retry(|| socket::sendmsg(fd, &vectors, message::NOSIGNAL))?;
        }
        Ok(())
    }

    fn receive_rest(&mut self) -> Result<usize, Errno> {
        let fd = self.fd()?;
        loop {
            let length = match self.room() {
                [high, low, ..] => u16::from_be_bytes([high.get(), low.get()]).into(),
                _ => 0usize,
            };
            let wanted = if self.received < 2 { 2 } else { 2 + length };
            if self.received >= 2 && self.received == wanted {
                self.received = 0;
                return Ok(length);
            }
            let cells = self.room().get(self.received..wanted).unwrap_or_default();
            match retry(|| socket::recvmsg(fd, &[IoRead::new(cells)], 0))? {
                (0, _) => return Err(Errno::ECONNRESET),
                (bytes, _) => self.received += bytes,
            }
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.end();
        if let Some(room) = self.room {
            // SAFETY: it was mapped with this size; there are no references to a value being
            // dropped.
            let _ = unsafe { mapped::unmap(room.as_ptr().expose_provenance(), room.len()) };
        }
    }
}

/// Moves a descriptor above the numbers of the standard streams.
fn above_streams(opened: Fd) -> Result<Fd, Errno> {
    if opened.0 > Fd::STDERR.0 {
        return Ok(opened);
    }
    let moved = fd::duplicate(opened, Fd::STDERR.0 + 1);
    let _ = fd::close(opened);
    moved
}

/// An unpredictable query ID.
pub fn random_id() -> Result<u16, Errno> {
    let mut bytes = [0; 2];
    random::fill(Cell::from_mut(&mut bytes[..]).as_slice_of_cells())?;
    Ok(u16::from_ne_bytes(bytes))
}
