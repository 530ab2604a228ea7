//! The answer of a request while it is sent: the head, and the body with its framing (RFC 9112,
//! sections 6 and 7).
//!
//! Data is collected in a buffer. The framing is decided when the buffer is sent for the first
//! time: an answer that fits into it, and ends, gets its length, and others are sent in chunks.

#[cfg(test)]
mod tests;

use super::{
    answer::{self, Answer, CRLF, Client, Extent, LAST_CHUNK, Output, Plan, Unwritten},
    date,
    exchange::Each,
};
use crate::{
    host::clock,
    os::{
        Errno, Fd, IoWrite,
        socket::{self, How, message},
        time::Clock,
    },
};
use core::ops::Range;

/// Room for the line of a chunk before the data.
const LINE: usize = 20;

/// Room for what follows the data, without trailer fields.
const TAIL: usize = 16;

/// How far an answer is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// There is none.
    None,
    /// The body is being written.
    Body,
    /// It is complete, or its end is known to be missing.
    Ended,
}

/// An answer.
#[derive(Debug)]
pub struct Outgoing {
    fd: Fd,
    /// Memory for the head and for the trailer section.
    head: &'static mut [u8],
    /// Memory for the data, with room for framing around it.
    body: &'static mut [u8],
    phase: Phase,
    status: u16,
    client: Client,
    /// The length that the handler stated.
    length: Option<u64>,
    /// What is decided, once it is.
    plan: Option<Plan>,
    /// The head's bytes before the decision, and whether they have a date.
    started: usize,
    dated: bool,
    /// The data in the buffer.
    data: usize,
    /// Data so far, in all.
    written: u64,
    /// What is to be sent: of the head, of the body.
    sending: [Range<usize>; 2],
    /// Bytes that have been passed to the system.
    sent: u64,
    /// Whether the connection can be used after this answer.
    persists: bool,
    /// Whether the client has gone, or the answer's end is missing.
    broken: bool,
}

impl Outgoing {
    /// No answer, with memory for heads and data.
    pub fn new(head: &'static mut [u8], body: &'static mut [u8]) -> Self {
        Outgoing {
            fd: Fd(-1),
            head,
            body,
            phase: Phase::None,
            status: 0,
            client: Client {
                minor: 1,
                head_only: false,
                keep_alive: false,
            },
            length: None,
            plan: None,
            started: 0,
            dated: false,
            data: 0,
            written: 0,
            sending: [0..0, 0..0],
            sent: 0,
            persists: false,
            broken: false,
        }
    }

    /// Starts with a request on a connection.
    pub fn begin(&mut self, fd: Fd, client: Client) {
        self.fd = fd;
        self.client = client;
        self.phase = Phase::None;
        self.length = None;
        self.plan = None;
        (self.data, self.written, self.sent) = (0, 0, 0);
        self.sending = [0..0, 0..0];
        self.persists = client.keep_alive;
        self.broken = false;
    }

    /// The number of bytes of this answer that have been passed to the system.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// How far it is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The status code, and the bytes of the body that were written.
    pub fn summary(&self) -> (u16, u64) {
        (self.status, self.written)
    }

    /// Whether nothing has been passed to the system, so that another answer is possible.
    pub fn is_unsent(&self) -> bool {
        self.sent == 0 && !self.broken
    }

    /// Whether the connection can be used for another request.
    pub fn persists(&self) -> bool {
        self.persists && !self.broken
    }

    /// Whether its head is not decided yet.
    pub fn is_open(&self) -> bool {
        self.plan.is_none() && !self.broken
    }

    /// Makes the connection end after this answer.
    pub fn close(&mut self) {
        self.client.keep_alive = false;
        self.persists = false;
    }

    /// Begins an answer with the fields that `fields` passes. `Err`: they do not fit, or are not
    /// valid.
    pub fn start(
        &mut self,
        status: u16,
        length: Option<u64>,
        fields: &dyn Fn(Each<'_>),
    ) -> Result<(), Unwritten> {
        let mut output = Output::new(self.head);
        let mut answer = Answer::start(&mut output, status);
        fields(&mut |name, value| answer.field(name, value));
        self.dated = answer.is_dated();
        self.started = output.finish()?;
        self.phase = Phase::Body;
        self.status = status;
        self.length = length;
        Ok(())
    }

    /// Sends an informational response at once.
    pub fn inform(&mut self, status: u16, fields: &dyn Fn(Each<'_>)) -> Result<(), Errno> {
        if self.client.minor == 0 {
            return Ok(());
        }
        let mut output = Output::new(self.head);
        let mut answer = Answer::start(&mut output, status);
        fields(&mut |name, value| answer.field(name, value));
        answer.end_interim();
        let len = output.finish().map_err(|_| Errno::EMSGSIZE)?;
        self.sending = [0..len, 0..0];
        self.send()
    }

    /// The number of bytes that [`Outgoing::put`] takes now.
    pub fn room(&self) -> usize {
        let idle = self.sending.iter().all(Range::is_empty);
        match self.phase {
            Phase::Body if idle => self.capacity() - self.data,
            _ => 0,
        }
    }

    fn capacity(&self) -> usize {
        self.body.len() - LINE - TAIL
    }

    /// Takes data; returns the number of bytes that fit.
    pub fn put(&mut self, vectors: &[IoWrite]) -> usize {
        let mut taken = 0;
        if self.room() == 0 {
            return 0;
        }
        for vector in vectors {
            let end = LINE + self.capacity();
            let room = self.body.get_mut(LINE + self.data..end);
            let bytes = vector.copy_to(room.unwrap_or_default());
            self.data += bytes;
            taken += bytes;
        }
        self.written += taken as u64;
        taken
    }

    /// Ends the answer; `fields` passes those of the trailer section.
    pub fn end(&mut self, fields: Option<&dyn Fn(Each<'_>)>) {
        self.phase = Phase::Ended;
        let section = |output: &mut Output<'_>| {
            if let Some(fields) = fields {
                fields(&mut |name, value| answer::trailer(output, name, value));
            }
        };
        self.seal(true, fields.is_some(), &section);
    }

    /// Ends the answer before its end. The client sees it at once, whatever the handler still does.
    pub fn abandon(&mut self) {
        // A client that has gone need not be told.
        let _ = socket::shutdown(self.fd, How::Write);
        self.phase = Phase::Ended;
        self.broken = true;
        self.persists = false;
    }

    /// Takes back an answer of which nothing was sent.
    pub fn withdraw(&mut self) {
        self.phase = Phase::None;
        self.plan = None;
        (self.data, self.written) = (0, 0);
        self.sending = [0..0, 0..0];
        self.broken = false;
    }

    /// Sends as much of the buffer as the system takes. `EAGAIN`: not everything.
    pub fn push(&mut self) -> Result<(), Errno> {
        if self.broken {
            return Err(Errno::EPIPE);
        }
        let idle = self.sending.iter().all(Range::is_empty);
        if idle && self.phase == Phase::Body {
            self.seal(false, false, &|_| {});
        }
        self.send()
    }

    /// Whether something remains to be sent.
    pub fn is_pending(&self) -> bool {
        !self.broken && self.sending.iter().any(|range| !range.is_empty())
    }

    /// What remains to be sent.
    pub fn pending(&self) -> [&[u8]; 2] {
        let [head, body] = &self.sending;
        [
            self.head.get(head.clone()).unwrap_or_default(),
            self.body.get(body.clone()).unwrap_or_default(),
        ]
    }

    /// Frames the data in the buffer, and the head if it has not been sent.
    fn seal(&mut self, last: bool, has_trailers: bool, trailers: &dyn Fn(&mut Output<'_>)) {
        let first = self.plan.is_none();
        let plan = match self.plan {
            Some(plan) => plan,
            None => self.decide(last && !has_trailers),
        };
        self.plan = Some(plan);
        self.persists &= plan.keep_alive;
        let head = if first { self.end_head(&plan) } else { 0 };
        self.sending = [0..head, 0..0];
        let data = core::mem::take(&mut self.data);
        if !plan.body {
            return;
        }
        let mut range = LINE..LINE + data;
        if plan.extent == Extent::Chunked {
            range = self.chunk(data);
            if last {
                range.end = self.last_chunk(range.end, trailers);
            }
        }
        self.sending = [0..head, range];
    }

    /// Decides about the framing. `whole`: all data is in the buffer.
    fn decide(&self, whole: bool) -> Plan {
        let length = match self.length {
            // What a GET would have is unknown if the handler wrote nothing.
            None if (self.client.head_only || self.status == 304) && self.written == 0 => None,
            None if whole => Some(self.written),
            stated => stated,
        };
        answer::plan(self.status, &self.client, length)
    }

    /// Writes the end of the head; returns the length of the head.
    fn end_head(&mut self, plan: &Plan) -> usize {
        let date = date::imf_fixdate(seconds());
        let started = self.started;
        let rest = self.head.get_mut(started..).unwrap_or_default();
        let mut output = Output::new(rest);
        Answer::resumed(&mut output, self.dated).end(plan, &date);
        match output.finish() {
            Ok(len) => started + len,
            Err(_) => {
                self.broken = true;
                0
            }
        }
    }

    /// Writes the framing of a chunk around the data; returns the whole.
    fn chunk(&mut self, data: usize) -> Range<usize> {
        if data == 0 {
            return LINE..LINE;
        }
        let mut line = [0; LINE];
        let mut output = Output::new(&mut line);
        answer::chunk(&mut output, data as u64);
        let len = output.finish().unwrap_or(0);
        let start = LINE - len;
        if let (Some(place), Some(line)) = (self.body.get_mut(start..LINE), line.get(..len)) {
            place.copy_from_slice(line);
        }
        let end = LINE + data;
        if let Some(place) = self.body.get_mut(end..end + CRLF.len()) {
            place.copy_from_slice(CRLF);
        }
        start..end + CRLF.len()
    }

    /// Writes the last chunk and the trailer section at `at`; returns the end. A section that does
    /// not fit is left out.
    fn last_chunk(&mut self, at: usize, trailers: &dyn Fn(&mut Output<'_>)) -> usize {
        let mut write = |fields: &dyn Fn(&mut Output<'_>)| {
            let mut output = Output::new(self.body.get_mut(at..).unwrap_or_default());
            output.put(LAST_CHUNK);
            fields(&mut output);
            output.put(CRLF);
            output.finish()
        };
        let len = write(trailers).or_else(|_| write(&|_| {}));
        at + len.unwrap_or(0)
    }

    fn send(&mut self) -> Result<(), Errno> {
        while self.is_pending() {
            let [head, body] = self.pending();
            let vectors = [IoWrite::of(head), IoWrite::of(body)];
            let vectors = match head.is_empty() {
                true => &vectors[1..],
                false => &vectors[..],
            };
            match socket::sendmsg(self.fd, vectors, message::NOSIGNAL) {
                Ok(bytes) => self.passed(bytes),
                Err(Errno::EAGAIN) => return Err(Errno::EAGAIN),
                Err(Errno::EINTR) => {}
                Err(_) => {
                    self.broken = true;
                    self.persists = false;
                    return Err(Errno::EPIPE);
                }
            }
        }
        if self.broken {
            Err(Errno::EPIPE)
        } else {
            Ok(())
        }
    }

    /// Takes note of bytes that the system has taken.
    fn passed(&mut self, bytes: usize) {
        self.sent += bytes as u64;
        let [head, body] = &mut self.sending;
        let of_head = bytes.min(head.len());
        head.start += of_head;
        body.start += bytes - of_head;
    }
}

/// Seconds since 1970.
fn seconds() -> u64 {
    clock::now(Clock::Realtime).unwrap_or(0) / 1_000_000_000
}
