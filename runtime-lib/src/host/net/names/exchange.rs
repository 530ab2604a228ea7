//! One question after the other to one server: by UDP, and by TCP what is too long for that.

use super::message::QUESTION;
use crate::{
    host::random,
    os::{
        Errno, Fd, IoRead, IoWrite, fd, memory,
        ready::direction,
        retry,
        socket::{self, Family, Type, message},
    },
};
use core::{cell::Cell, net::SocketAddr, ptr, slice};

/// The longest answer, with its length in front.
const FRAMED_ANSWER: usize = 2 + 65535;
/// A question with its length in front, as TCP carries it.
const FRAMED: usize = 2 + QUESTION;

/// A connection to a server.
#[derive(Debug)]
pub struct Exchange {
    fd: Option<Fd>,
    kind: Type,
    /// What is still to be sent by TCP: these bytes, from the first of the two to the second.
    question: [u8; FRAMED],
    sending: (usize, usize),
    /// How many bytes of an answer, and the length in front of it, have come by TCP.
    received: usize,
    /// Room for an answer, and the length in front of it: [`FRAMED_ANSWER`] bytes, mapped when they are first needed.
    room: Option<&'static [Cell<u8>]>,
}

/// What became of an attempt to go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Something came that may be an answer: so many bytes of [`Exchange::answer`].
    Answer(usize),
    /// Nothing yet.
    Nothing,
    /// The server is not there.
    Failed,
}

impl Exchange {
    /// Not begun.
    pub const NONE: Exchange = Exchange {
        fd: None,
        kind: Type::Datagram,
        question: [0; FRAMED],
        sending: (0, 0),
        received: 0,
        room: None,
    };

    /// Begins, with a socket and therefore a port of its own: the kernel chooses one at random.
    pub fn begin(&mut self, server: &SocketAddr, kind: Type) -> Result<(), Errno> {
        self.end();
        if self.room.is_none() {
            let bytes = ptr::with_exposed_provenance(memory::map(FRAMED_ANSWER)?);
            // SAFETY: mapped with this size, until `drop`.
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
        // A datagram socket that is connected is told if nobody listens there, and hears of nobody else.
        match socket::connect(self.fd()?, server) {
            Err(Errno::EINPROGRESS | Errno::EINTR) => Ok(()),
            result => result,
        }
    }

    /// Whether it is by TCP.
    pub fn is_stream(&self) -> bool {
        self.kind == Type::Stream
    }

    fn fd(&self) -> Result<Fd, Errno> {
        self.fd.ok_or(Errno::EBADF)
    }

    /// The end of it.
    pub fn end(&mut self) {
        if let Some(open) = self.fd.take() {
            let _ = fd::close(open);
        }
    }

    /// Sends a question.
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
                // As good as lost on the way.
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

    /// Which descriptor is waited for, and what for.
    pub fn waits_for(&self) -> Option<(Fd, u16)> {
        let sends = self.sending.0 < self.sending.1;
        let direction = if sends { direction::OUT } else { direction::IN };
        self.fd.map(|fd| (fd, direction))
    }

    /// Goes on as far as that is possible without waiting.
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

    /// The bytes that came.
    pub fn answer(&self, bytes: usize) -> &[u8] {
        let from = if self.kind == Type::Stream { 2 } else { 0 };
        let rest = self.room().get(from..).unwrap_or_default();
        let cells = rest.get(..bytes).unwrap_or_default();
        // SAFETY: nobody writes to it before it goes on, for which it must be borrowed alone.
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
            // SAFETY: mapped with this size; nobody borrows from what is dropped.
            let _ = unsafe { memory::unmap(room.as_ptr().expose_provenance(), room.len()) };
        }
    }
}

/// A descriptor whose number is not that of a standard stream.
fn above_streams(opened: Fd) -> Result<Fd, Errno> {
    if opened.0 > Fd::STDERR.0 {
        return Ok(opened);
    }
    let moved = fd::duplicate(opened, Fd::STDERR.0 + 1);
    let _ = fd::close(opened);
    moved
}

/// A number that nobody can guess.
pub fn random_id() -> Result<u16, Errno> {
    let mut bytes = [0; 2];
    random::fill(Cell::from_mut(&mut bytes[..]).as_slice_of_cells())?;
    Ok(u16::from_ne_bytes(bytes))
}
