//! The bodies that the program sends, by handles: until the response is set their bytes are kept,
//! then they go to the exchange.

use super::{
    arena::Vector,
    failure::{Origin, marked},
    fields::Fields,
    incoming::{self, wait_for},
};
use crate::{
    fatal::bug,
    host::{
        handles::{HasChildren, Held, TooMany, insert},
        http::exchange::{self, Wait},
        pollable::Parent,
        streams::{self, Output, Stream},
        table::{Entry, Table},
    },
    os::{Errno, IoWrite},
};
use core::cell::Cell;

/// The maximum of bytes that are kept. Wasmtime keeps two writes of up to 1 MiB.
const KEPT: usize = 2 << 20;

/// What becomes of the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum State {
    /// The entry of the table is free.
    Free,
    /// They are kept: the message has not been sent.
    Kept,
    /// They go to the exchange.
    Sent,
    /// They are lost: the message was dropped, or refused.
    Lost,
}

/// How the program ended a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum End {
    /// It has not.
    Open,
    /// Completely.
    Complete,
    /// Before it was complete.
    Dropped,
}

/// A body. Its entry lives as long as its handle, and as long as its message has not been sent.
#[derive(Clone, Copy, Debug)]
struct Body {
    state: State,
    end: End,
    /// Whether it belongs to a request.
    of_request: bool,
    /// Whether its message still exists, unsent.
    in_message: bool,
    /// Whether its stream was taken, and the stream's number.
    streamed: bool,
    stream: u32,
    /// For [`State::Sent`]: the number of the request that is answered.
    answers: u32,
    /// For the same: whether the answer has no content, whatever its length.
    no_content: bool,
    /// Whether `content-length` states the length, and this length.
    has_length: bool,
    length: u64,
    /// Number of bytes that the program has written.
    written: u64,
    /// The bytes that are kept, and the trailers.
    kept: Vector,
    trailers: Fields,
}

impl Entry for Body {
    const FREE: Body = Body {
        state: State::Free,
        end: End::Open,
        of_request: false,
        in_message: false,
        streamed: false,
        stream: 0,
        answers: 0,
        no_content: false,
        has_length: false,
        length: 0,
        written: 0,
        kept: Vector::EMPTY,
        trailers: Fields::NONE,
    };

    fn is_free(&self) -> bool {
        self.state == State::Free
    }
}

static BODIES: Table<Body> = Table::new();

impl Held for Body {
    const TABLE: &'static Table<Body> = &BODIES;
}

struct Exceeded(Cell<u64>);

// SAFETY: only components use it, and they have one thread.
unsafe impl Sync for Exceeded {}

/// See [`exceeded`].
static EXCEEDED: Exceeded = Exceeded(Cell::new(0));

/// The number of bytes that the program had written when it last exceeded the length of a body.
pub fn exceeded() -> u64 {
    EXCEEDED.0.get()
}

/// A body that was finished has another length than stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrongLength {
    /// The number of bytes that the program has written.
    pub written: u64,
    /// Whether it belongs to a request.
    pub of_request: bool,
}

/// Why [`finish`] did not succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// See [`HasChildren`].
    HasChildren,
    /// See [`WrongLength`].
    WrongLength(WrongLength),
}

static OUTPUT: Output = Output {
    room: |stream| Body::of(stream.belongs_to()).room(),
    write: |stream, vectors| Body::change(stream.belongs_to(), |body| body.write(vectors)),
    flush: |stream| Body::of(stream.belongs_to()).flush(),
    parent: Some(&WRITABLE),
};

static WRITABLE: Parent = Parent {
    now: |pollable| {
        let wait = match Stream::<Output>::open_one_of(pollable.of) {
            Some(body) => Body::of(body).writable(),
            None => Wait::Ready,
        };
        wait_for(pollable, wait);
    },
    works: true,
    ready: |_| false,
    left: streams::left::<Output>,
};

impl Body {
    fn origin(&self) -> Origin {
        if self.of_request {
            Origin::Request
        } else {
            Origin::Response
        }
    }

    /// Whether its bytes go to the exchange of the current request.
    fn is_sent(&self) -> bool {
        self.state == State::Sent && incoming::is_current(self.answers)
    }

    /// The number of bytes that can be kept in addition.
    fn rest(&self) -> usize {
        KEPT.saturating_sub(self.kept.len())
    }

    fn room(&self) -> Result<u64, Errno> {
        match self.state {
            State::Kept => Ok(self.rest() as u64),
            _ if self.is_sent() => exchange::room().map_err(|errno| marked(errno, self.origin())),
            _ => Err(Errno::EPIPE),
        }
    }

    fn writable(&self) -> Wait {
        match self.state {
            // Only the program can send the message.
            State::Kept if self.rest() == 0 => Wait::Program,
            _ if self.is_sent() => exchange::writable(),
            _ => Wait::Ready,
        }
    }

    /// Nothing that is kept can be flushed; the program must not wait for it.
    fn flush(&self) -> Result<(), Errno> {
        match self.state {
            State::Kept => Ok(()),
            _ if self.is_sent() => exchange::flush().map_err(|errno| marked(errno, self.origin())),
            _ => Err(Errno::EPIPE),
        }
    }

    fn write(&mut self, vectors: &[IoWrite]) -> Result<usize, Errno> {
        let bytes: usize = vectors.iter().map(IoWrite::len).sum();
        let written = self.written.saturating_add(bytes as u64);
        if self.has_length && written > self.length {
            self.written = written;
            EXCEEDED.0.set(written);
            return Err(marked(Errno::EFBIG, self.origin()));
        }
        let done = match self.state {
            State::Kept => self.keep(vectors, bytes),
            _ if self.is_sent() => exchange::write(vectors),
            _ => Err(Errno::EPIPE),
        };
        let done = done.map_err(|errno| marked(errno, self.origin()))?;
        self.written += done as u64;
        Ok(done)
    }

    /// Keeps some of the bytes. `EDEADLK` if there is no room: waiting for the program itself would
    /// never end.
    fn keep(&mut self, vectors: &[IoWrite], bytes: usize) -> Result<usize, Errno> {
        let bytes = bytes.min(self.rest());
        if bytes == 0 && self.rest() == 0 {
            return Err(Errno::EDEADLK);
        }
        let mut room = self.kept.grow(bytes)?;
        for vector in vectors {
            let copied = vector.copy_to(room);
            room = room.get_mut(copied..).unwrap_or_default();
        }
        Ok(bytes)
    }

    /// Whether its stream still exists.
    fn has_stream(&self, number: u32) -> bool {
        self.streamed && Stream::exists(self.stream, &OUTPUT, number)
    }

    /// Stores its changes, or removes it if nothing needs it any longer.
    fn store(self, number: u32) {
        if self.end == End::Open || self.in_message {
            BODIES.write(number as usize, self);
        } else {
            BODIES.remove(number as usize);
            self.kept.release();
            self.trailers.release();
        }
    }

    /// The length is right, or none is stated.
    fn has_right_length(&self) -> bool {
        !self.has_length || self.written == self.length
    }

    /// Passes its end to the exchange.
    fn pass_end(&self) {
        let result = match self.end {
            End::Open => return,
            End::Complete if self.trailers.is_empty() => exchange::finish(None),
            End::Complete => {
                let trailers = self.trailers;
                exchange::finish(Some(&move |each| trailers.pass(each)))
            }
            End::Dropped if self.no_content && self.written == 0 => exchange::finish(None),
            End::Dropped => {
                exchange::abandon();
                return;
            }
        };
        // The client has gone, which the program can no longer be told.
        let _ = result;
    }
}

/// Makes the body of a message with this length, if it is stated; returns its number.
pub fn new(of_request: bool, length: Option<u64>) -> Result<u32, TooMany> {
    insert(
        &BODIES,
        Body {
            state: State::Kept,
            of_request,
            in_message: true,
            has_length: length.is_some(),
            length: length.unwrap_or(0),
            ..Body::FREE
        },
    )
}

/// Makes the stream of a body; `None`: it was already taken.
pub fn stream(number: u32) -> Result<Option<u32>, TooMany> {
    if Body::of(number).streamed {
        return Ok(None);
    }
    let stream = Stream::detached(&OUTPUT, number).insert()?;
    Body::change(number, |body| (body.streamed, body.stream) = (true, stream));
    Ok(Some(stream))
}

/// Ends a body, completely if its length is right, and its handle. Refused if its stream still
/// exists.
pub fn finish(number: u32, trailers: Fields) -> Result<(), Refusal> {
    let mut body = Body::of(number);
    if body.has_stream(number) {
        return Err(Refusal::HasChildren);
    }
    let right = body.has_right_length();
    body.end = if right { End::Complete } else { End::Dropped };
    body.trailers = trailers;
    if body.is_sent() {
        body.pass_end();
    }
    body.store(number);
    if right {
        return Ok(());
    }
    Err(Refusal::WrongLength(WrongLength {
        written: body.written,
        of_request: body.of_request,
    }))
}

/// Ends a body before it is complete, with its last handle. Refused if its stream still exists.
pub fn remove(number: u32) -> Result<(), HasChildren> {
    let mut body = Body::of(number);
    if body.has_stream(number) {
        return Err(HasChildren);
    }
    body.end = End::Dropped;
    if body.is_sent() {
        body.pass_end();
    }
    body.store(number);
    Ok(())
}

/// Whether a response with this status to the current request has no content, whatever its fields
/// say of the length (RFC 9110, 6.4.1).
pub(super) fn has_no_content(status: u16) -> bool {
    exchange::request().method == b"HEAD" || matches!(status, 204 | 304)
}

/// The message of a body was dropped or refused: what is written is lost.
pub fn lose(number: u32) {
    let mut body = Body::of(number);
    (body.state, body.in_message) = (State::Lost, false);
    body.kept.release();
    body.kept = Vector::EMPTY;
    body.store(number);
}

/// Whether the program has dropped a body before it was complete, although there is content to
/// send.
pub fn is_broken(number: u32, status: u16) -> bool {
    let body = Body::of(number);
    body.end == End::Dropped && !(has_no_content(status) && body.written == 0)
}

/// The answer has begun, and this is its body: passes on what was kept, and the end if the body has
/// one.
pub fn send(number: u32, status: u16) {
    let mut body = Body::of(number);
    if body.state != State::Kept {
        bug(b"a body is sent twice");
    }
    (body.state, body.in_message) = (State::Sent, false);
    (body.answers, body.no_content) = (incoming::current(), has_no_content(status));
    let mut rest = body.kept.bytes();
    while !rest.is_empty() {
        match exchange::write(&[IoWrite::of(rest)]) {
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            // The exchange has the same error for everything that follows.
            Err(_) => break,
        }
    }
    body.kept.release();
    body.kept = Vector::EMPTY;
    body.pass_end();
    body.store(number);
}
