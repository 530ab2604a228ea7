//! The exchange of the instance that runs: the request that it handles, and its answer. The objects
//! of `wasi:http` use it; the server provides it.
//!
//! Errors are those of the system. On the way in, `ECONNRESET` means that the client has gone,
//! `ETIMEDOUT` that it made no progress, `EMSGSIZE` that the body is larger than allowed, `EPROTO`
//! that its framing is invalid. On the way out, `EPIPE` means that the client has gone, `ETIMEDOUT`
//! that it accepted nothing for too long.

use super::{
    answer::{self, Client},
    framing::Framing,
    head::{Field, Head, Span},
    incoming::{Incoming, State},
    outgoing::{Outgoing, Phase},
    target::Form,
    wait,
};
use crate::{
    fatal::bug,
    host::clock,
    os::{Errno, Fd, IoRead, IoWrite, ready::direction},
};
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

/// The parts of a request's head.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The method.
    pub method: &'static [u8],
    /// Path and query of the target; `None`: it has none (`OPTIONS *`).
    pub path: Option<&'static [u8]>,
    /// The authority of the target, or the `Host` field.
    pub authority: &'static [u8],
}

/// What a stream of the exchange waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Nothing: it is ready.
    Ready,
    /// The descriptor, until it is ready in this direction ([`crate::os::ready::direction`]), or
    /// until this time of the monotonic clock.
    For(Fd, u16, u64),
    /// Something that the program itself must do.
    Program,
}

/// Gets fields one by one: name and value.
pub type Each<'a> = &'a mut dyn FnMut(&[u8], &[u8]);

/// The head of an answer.
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// The length of the body that its `content-length` field states.
    pub length: Option<u64>,
    /// Passes all fields, in order.
    pub fields: &'a dyn Fn(Each<'_>),
}

/// A connection's exchange: one request after the other.
#[derive(Debug)]
pub struct Exchange {
    /// The connection.
    pub fd: Fd,
    /// The current request's head and framing.
    head: Option<(Head, Framing)>,
    /// Memory for the fields of heads.
    pub fields: &'static mut [Field],
    /// The request.
    pub incoming: Incoming,
    /// Whether the program holds the request's body, so that it may read it.
    holds: bool,
    /// The answer.
    pub outgoing: Outgoing,
    /// Memory for a path that is not in the head as it is.
    path: &'static mut [u8],
    /// Nanoseconds in which a body must make progress; 0: without limit.
    progress: u64,
    /// The progress of the two directions.
    arrival: Progress,
    departure: Progress,
}

/// The progress of a direction for which the program waits by pollables.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// Bytes so far.
    bytes: u64,
    /// The time of the monotonic clock since which there were no more; 0: nothing waits.
    since: u64,
}

impl Progress {
    /// When a direction with this number of bytes is too late; `None`: it is.
    fn deadline(&mut self, bytes: u64, limit: u64) -> Option<u64> {
        if limit == 0 {
            return Some(u64::MAX);
        }
        let now = clock::monotonic();
        if self.since == 0 || self.bytes != bytes {
            *self = Progress { bytes, since: now };
        }
        let deadline = self.since.saturating_add(limit);
        (now < deadline).then_some(deadline)
    }
}

/// The exchange; null outside of servers.
static EXCHANGE: AtomicPtr<Exchange> = AtomicPtr::new(ptr::null_mut());

/// Makes it the exchange of all instances.
///
/// # Safety
/// It must be valid for the life of the process, and is used by host calls only.
pub unsafe fn set(exchange: *mut Exchange) {
    EXCHANGE.store(exchange, Ordering::Relaxed);
}

/// The exchange.
fn exchange() -> &'static mut Exchange {
    // SAFETY: see `set`; an instance has one thread, and references end with the host call.
    match unsafe { EXCHANGE.load(Ordering::Relaxed).as_mut() } {
        Some(exchange) => exchange,
        None => bug(b"there is no exchange"),
    }
}

impl Exchange {
    /// An exchange without a connection.
    pub fn new(
        incoming: Incoming,
        outgoing: Outgoing,
        fields: &'static mut [Field],
        path: &'static mut [u8],
        progress: u64,
    ) -> Self {
        Exchange {
            fd: Fd(-1),
            head: None,
            fields,
            incoming,
            holds: false,
            outgoing,
            path,
            progress,
            arrival: Progress::default(),
            departure: Progress::default(),
        }
    }

    /// Starts with a connection and the bytes that have arrived on it.
    pub fn connect(&mut self, fd: Fd, arrived: &[u8]) {
        self.fd = fd;
        self.head = None;
        self.incoming.connect(fd, arrived);
        self.restart();
    }

    /// Starts with an answer to something that is no valid request; the connection ends after it.
    pub fn restart(&mut self) {
        self.head = None;
        let client = Client {
            minor: 1,
            head_only: false,
            keep_alive: false,
        };
        self.outgoing.begin(self.fd, client);
    }

    /// Starts with a request, whose fields are in [`Exchange::fields`].
    pub fn begin(&mut self, head: Head, framing: Framing) {
        self.incoming.begin(&head, &framing);
        self.holds = false;
        (self.arrival, self.departure) = (Progress::default(), Progress::default());
        self.outgoing.begin(self.fd, Client::of(&head, &framing));
        self.head = Some((head, framing));
    }

    /// A part of the head.
    fn part(&self, span: Span) -> &[u8] {
        span.of(self.incoming.head())
    }

    /// The path and query of a target. A query without a path has the path `/` (RFC 9110, section
    /// 4.2.3).
    fn path_with_query(&'static mut self, span: Span) -> &'static [u8] {
        let query = span.of(self.incoming.head());
        if query.first() != Some(&b'?') {
            return query;
        }
        let len = query.len() + 1;
        match self.path.get_mut(..len).and_then(<[u8]>::split_first_mut) {
            Some((slash, rest)) => {
                *slash = b'/';
                rest.copy_from_slice(query);
                self.path.get(..len).unwrap_or_default()
            }
            None => b"/",
        }
    }

    /// The request's method, target and version, for a log.
    pub fn line(&self) -> (&[u8], &[u8], u8) {
        match &self.head {
            None => (b"-", b"-", 1),
            Some((head, _)) => {
                let target = match head.form {
                    Form::Asterisk => b"*",
                    _ => self.part(head.path_with_query),
                };
                (self.part(head.method), target, head.minor)
            }
        }
    }

    /// Before the answer's head is decided: a request whose body is invalid is refused, whatever
    /// the handler answers, and a client that waits for `100 Continue` need not send its body any
    /// longer. If too much of the body is missing, the connection will end, unless the handler may
    /// read it: it holds it, and the answer is not complete (`ends`).
    fn decide(&mut self, ends: bool) {
        if !self.outgoing.is_open() || self.outgoing.phase() == Phase::None {
            return;
        }
        if let Some(status) = self.incoming.refusal() {
            self.outgoing.close();
            self.refuse(status);
        } else if self.incoming.waits() || (ends || !self.holds) && !self.incoming.can_be_left() {
            self.outgoing.close();
        }
        self.incoming.wait_no_more();
    }

    /// Drops what has arrived of the rest of the body; returns whether another request can follow.
    fn leave_body(&mut self) -> bool {
        let waits = self.incoming.waits();
        self.incoming.wait_no_more();
        // Whether it has failed is known afterwards.
        let _ = self.incoming.skip();
        !waits && self.incoming.can_be_left()
    }

    /// What a body waits for of which nothing has arrived.
    fn arriving(&mut self) -> Wait {
        let received = self.incoming.received();
        match self.arrival.deadline(received, self.progress) {
            Some(deadline) => Wait::For(self.fd, direction::IN, deadline),
            None => {
                self.incoming.fail(Errno::ETIMEDOUT);
                Wait::Ready
            }
        }
    }

    /// Sends what is written until nothing is left. `ETIMEDOUT`: the client accepts nothing.
    pub fn flush(&mut self) -> Result<(), Errno> {
        self.decide(false);
        loop {
            match self.outgoing.push() {
                Err(Errno::EAGAIN) => {
                    let waited = wait::until(self.fd, direction::OUT, self.progress);
                    if let Err(errno) = waited {
                        self.outgoing.abandon();
                        return Err(errno);
                    }
                }
                result => return result,
            }
        }
    }

    /// Answers with an error of the server, if nothing of another answer was sent. Otherwise the
    /// client sees that the answer is incomplete.
    pub fn refuse(&mut self, status: u16) {
        if !self.outgoing.is_unsent() {
            self.outgoing.abandon();
            return;
        }
        self.outgoing.withdraw();
        if !self.leave_body() {
            self.outgoing.close();
        }
        let reason = answer::reason(status);
        let fields = |each: Each<'_>| each(b"content-type", b"text/plain");
        if self.outgoing.start(status, None, &fields).is_ok() {
            let line = [IoWrite::of(reason), IoWrite::of(b"\n")];
            self.outgoing.put(&line);
            self.outgoing.end(None);
        }
    }

    /// Whether another request can follow on the connection, after what has arrived of the
    /// rest of the body has been dropped, and [`Incoming::left`] bytes that have not.
    pub fn persists(&mut self) -> bool {
        self.outgoing.persists() && self.leave_body()
    }
}

/// The request's head.
pub fn request() -> Request {
    let Some((head, framing)) = exchange().head else {
        bug(b"there is no request")
    };
    let path = match head.form {
        Form::Asterisk => None,
        // An empty path is `/`: RFC 9110, section 4.2.3.
        _ if head.path_with_query.is_empty() => Some(&b"/"[..]),
        _ => Some(exchange().path_with_query(head.path_with_query)),
    };
    Request {
        method: exchange().part(head.method),
        path,
        authority: exchange().part(framing.host),
    }
}

/// The request's fields, in order: names in their original case, and values.
pub fn fields() -> impl Iterator<Item = (&'static [u8], &'static [u8])> {
    let exchange: &'static Exchange = exchange();
    let count = exchange.head.as_ref().map_or(0, |(head, _)| head.fields);
    let fields = exchange.fields.get(..count).unwrap_or_default().iter();
    fields.map(|field| (exchange.part(field.name), exchange.part(field.value)))
}

/// The fields of the trailer section, in order. Empty before the body has ended.
pub fn trailers() -> impl Iterator<Item = (&'static [u8], &'static [u8])> {
    let exchange: &'static Exchange = exchange();
    exchange.incoming.trailers()
}

/// The program has got the request's body, or has dropped it.
pub fn hold(holds: bool) {
    exchange().holds = holds;
}

/// Reads from the body; returns the number of bytes, 0 at its end. Without `wait`: `EAGAIN` if none
/// have arrived.
pub fn read(vectors: &[IoRead], wait: bool) -> Result<usize, Errno> {
    let exchange = exchange();
    loop {
        match exchange.incoming.read(vectors) {
            Err(Errno::EAGAIN) if wait => {
                if let Err(errno) = wait::until(exchange.fd, direction::IN, exchange.progress) {
                    return Err(exchange.incoming.fail(errno));
                }
            }
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}

/// What [`read`] waits for.
pub fn readable() -> Wait {
    let exchange = exchange();
    match exchange.incoming.is_ready() {
        true => {
            exchange.arrival = Progress::default();
            Wait::Ready
        }
        false => exchange.arriving(),
    }
}

/// Drops what has arrived of the rest of the body. `None`: its end, or that of the trailer section,
/// has not arrived, and [`ending`] says what to wait for.
pub fn end() -> Option<Result<(), Errno>> {
    match exchange().incoming.skip() {
        Err(Errno::EAGAIN | Errno::EINTR) => None,
        result => Some(result),
    }
}

/// What [`end`] waits for.
pub fn ending() -> Wait {
    let exchange = exchange();
    let _ = exchange.incoming.skip();
    match exchange.incoming.state() {
        State::Ended | State::Failed(_) => Wait::Ready,
        _ => exchange.arriving(),
    }
}

/// Sends an informational response (RFC 9110, 15.2); nothing to an HTTP/1.0 client.
pub fn inform(head: &Answer<'_>) -> Result<(), Errno> {
    let exchange = exchange();
    match exchange.outgoing.inform(head.status, head.fields) {
        Err(Errno::EAGAIN) => exchange.flush(),
        result => result,
    }
}

/// Begins the answer. The fields are valid, and contain none that the server decides. An answer
/// whose fields do not fit is one of the server, with status 500.
pub fn answer(head: &Answer<'_>) {
    let exchange = exchange();
    let started = exchange
        .outgoing
        .start(head.status, head.length, head.fields);
    if started.is_err() {
        exchange.refuse(500);
    }
}

/// Answers with an error of the server in place of the component's answer: 500, 503 and so on.
pub fn refuse(status: u16) {
    exchange().refuse(status);
}

/// The number of bytes of the answer's body that can be written without waiting; 0: none now.
pub fn room() -> Result<u64, Errno> {
    let exchange = exchange();
    if exchange.outgoing.room() == 0 {
        exchange.decide(false);
    }
    let outgoing = &mut exchange.outgoing;
    if outgoing.room() == 0 {
        match outgoing.push() {
            Ok(()) | Err(Errno::EAGAIN) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(outgoing.room() as u64)
}

/// Writes some bytes of the answer's body, after [`answer()`]; returns their number. Waits if none
/// can be written.
pub fn write(vectors: &[IoWrite]) -> Result<usize, Errno> {
    let exchange = exchange();
    if exchange.outgoing.phase() == Phase::Ended {
        return Err(Errno::EPIPE);
    }
    if exchange.outgoing.room() == 0 {
        exchange.flush()?;
        if exchange.outgoing.phase() == Phase::Ended {
            return Err(Errno::EPIPE);
        }
    }
    Ok(exchange.outgoing.put(vectors))
}

/// Waits until all written bytes have been passed to the system.
pub fn flush() -> Result<(), Errno> {
    exchange().flush()
}

/// What [`write()`] waits for.
pub fn writable() -> Wait {
    let exchange = exchange();
    if !matches!(room(), Ok(0)) {
        exchange.departure = Progress::default();
        return Wait::Ready;
    }
    let sent = exchange.outgoing.sent();
    match exchange.departure.deadline(sent, exchange.progress) {
        Some(deadline) => Wait::For(exchange.fd, direction::OUT, deadline),
        None => {
            exchange.outgoing.abandon();
            Wait::Ready
        }
    }
}

/// Ends the answer's body, with trailer fields if `trailers` passes some (see [`Answer::fields`]).
pub fn finish(trailers: Option<&dyn Fn(Each<'_>)>) -> Result<(), Errno> {
    let exchange = exchange();
    if exchange.outgoing.phase() == Phase::Ended {
        return Err(Errno::EPIPE);
    }
    if trailers.is_some() {
        // The trailer section then has the whole buffer.
        exchange.flush()?;
    }
    if exchange.outgoing.is_pending() {
        exchange.flush()?;
    }
    exchange.decide(true);
    if exchange.outgoing.phase() == Phase::Body {
        exchange.outgoing.end(trailers);
    }
    match exchange.outgoing.push() {
        Ok(()) | Err(Errno::EAGAIN) => Ok(()),
        Err(errno) => Err(errno),
    }
}

/// Ends the answer's body before its end: the client sees at once that it is incomplete.
pub fn abandon() {
    let exchange = exchange();
    exchange.refuse(500);
    // What is not sent yet follows after the handler.
    let _ = exchange.outgoing.push();
}

/// Sends as much of what is written as the system takes.
pub fn push() {
    let exchange = exchange();
    exchange.decide(false);
    // Errors appear again in the program's next call.
    let _ = exchange.outgoing.push();
}
