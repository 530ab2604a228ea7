//! The loop of a worker: accepts connections, reads requests, and runs the handler for one request
//! after the other.

use super::{
    clock::Clock,
    connections::{Connections, State},
    handover::CHANNEL,
    instance::{self, INSTANTIATED},
    limits, log, place, records,
    snapshot::Snapshot,
    start::{self, Start},
    zeros,
};
use crate::{
    end,
    fatal::{bug, refuse_grant},
    host::{
        clock, descriptor,
        http::{
            exchange::{self, Exchange},
            framing::{self, Body, Framing},
            head::{self, Head, Limits, Refused, Scan},
            incoming::Incoming,
            outgoing::{Outgoing, Phase},
            wait::{self, Waits},
        },
    },
    mapped,
    os::{
        Errno, Fd,
        child::send,
        fd, process,
        queue::{Event, Interest, Queue},
        retry,
        socket::{self, accept},
    },
};
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use wasi_aot_abi::http::{Http, flags};

/// Bytes of a body that are received at once, at most, and of an answer that are collected.
const BUFFER: usize = 64 << 10;

/// Requests of a connection that are handled before others have their turn.
const IN_A_ROW: usize = 16;

/// The number of a listening socket in events, plus its index.
pub(super) const LISTENER: u64 = 1 << 32;

/// A worker.
pub struct Worker {
    pub(super) http: Http,
    /// What the supervisor has given.
    pub(super) start: Start,
    pub(super) queue: Queue,
    pub(super) connections: Connections,
    pub(super) exchange: &'static mut Exchange,
    pub(super) snapshot: Option<&'static mut Snapshot>,
    pub(super) mappings: &'static mut mapped::List,
    pub(super) waits: &'static mut Waits,
    pub(super) clock: &'static mut Clock,
    /// Calls the handler.
    pub(super) handle: Option<fn()>,
    /// The time of the monotonic clock, after the last wait.
    pub(super) now: u64,
    /// Whether there is an instance.
    pub(super) instantiated: bool,
    /// Requests that the instance has handled.
    pub(super) handled: u64,
    /// The connection whose request is handled.
    pub(super) current: u32,
    /// Whether listening sockets are in the queue.
    pub(super) listens: bool,
    /// Whether no further connections are accepted, and the worker ends.
    pub(super) stops: bool,
    /// Whether what had arrived before the worker began to stop is handled.
    pub(super) drained: bool,
    /// Whether the grace period is over.
    pub(super) over: bool,
    /// The first descriptor that instances may open.
    pub(super) first_of_instance: i32,
}

/// The worker of this process; null: it has none.
static WORKER: AtomicPtr<Worker> = AtomicPtr::new(ptr::null_mut());

/// The worker, from host calls and hooks of waits.
fn worker() -> &'static mut Worker {
    // SAFETY: it is valid for the life of the process. The loop uses no part of it that hooks
    // change while the handler runs.
    match unsafe { WORKER.load(Ordering::Relaxed).as_mut() } {
        Some(worker) => worker,
        None => bug(b"there is no worker"),
    }
}

/// Serves requests until the supervisor stops it.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_worker() {
    match Worker::set_up() {
        Ok(worker) => worker.serve(),
        Err(errno) => refuse_grant(
            &[b"a worker of the server cannot start"],
            Some(errno),
            &[b"raise the limits on memory and open files (`ulimit -v`, `ulimit -n`)"],
        ),
    }
}

/// Called when the program is instantiated: `handle` calls the handler of `wasi:http` with a new
/// request.
pub fn instantiated(handle: fn()) -> ! {
    worker().handle = Some(handle);
    instance::instantiated()
}

impl Worker {
    /// Maps memory, instantiates the program, and takes the snapshot.
    fn set_up() -> Result<&'static mut Worker, Errno> {
        let http = limits();
        let start = start::start();
        let queue = Queue(start.keep(Queue::new()?.0)?);
        let most = usize::try_from(start.most_connections).unwrap_or(usize::MAX);
        // SAFETY: a list of mappings may be all zeros.
        let mappings = unsafe { zeros::<mapped::List>(1) }?;
        let waits = place::<Waits>()?.write(Waits {
            deadline: u64::MAX,
            before: exchange::push,
            begin: || worker().begin_wait(),
            during: || worker().during_wait(),
            end: || worker().end_wait(),
        });
        let worker = place::<Worker>()?.write(Worker {
            http,
            start,
            queue,
            connections: Connections::new(most.min(1 << 20))?,
            exchange: new_exchange(&http)?,
            snapshot: None,
            mappings: mappings.first_mut().ok_or(Errno::ENOMEM)?,
            waits,
            clock: Clock::new()?,
            handle: None,
            now: clock::monotonic(),
            instantiated: false,
            handled: 0,
            current: u32::MAX,
            listens: false,
            stops: false,
            drained: false,
            over: false,
            first_of_instance: 0,
        });
        // SAFETY: a word may be all zeros.
        let saved = unsafe { zeros::<usize>(1) }?;
        instance::set_up(saved.as_mut_ptr());
        WORKER.store(worker, Ordering::Relaxed);
        // SAFETY: all of this is mapped for the life of the process.
        unsafe {
            mapped::keep(worker.mappings);
            exchange::set(worker.exchange);
            wait::apply(worker.waits);
        }
        worker.first_of_instance = lowest_free()?;
        descriptor::forget_opened();
        if http.flags & flags::INSTANTIATES != 0 {
            worker.take_snapshot()?;
        }
        // SAFETY: no instance is running, and memory is as in the image.
        let how = unsafe { instance::instantiate() };
        if how != INSTANTIATED {
            // The report has been printed.
            process::exit(process::ABORTED);
        }
        worker.instantiated = true;
        if worker.snapshot.is_none() {
            worker.take_snapshot()?;
        }
        worker.queue.add(start.channel, Interest::In, CHANNEL)?;
        worker.tell(records::worker::READY, None);
        Ok(worker)
    }

    /// Makes what there is now the fresh instance.
    fn take_snapshot(&mut self) -> Result<(), Errno> {
        let mappings = self.mappings.settle();
        self.snapshot = Some(Snapshot::take(
            self.start.page_map(),
            self.start.executable(),
            mappings,
        )?);
        Ok(())
    }

    /// Sends a message to the supervisor; returns whether it was taken.
    pub(super) fn tell(&self, word: u64, with: Option<Fd>) -> bool {
        retry(|| send(self.start.channel, word, with)).is_ok()
    }

    /// The loop.
    fn serve(&mut self) -> ! {
        let mut events = [Event::default(); 64];
        loop {
            self.listen();
            if self.stops && !self.drained {
                self.drained = true;
                self.take_rest();
            }
            if self.stops && self.connections.count() == 0 {
                self.leave(0);
            }
            let found = self.queue.wait(&mut events, self.patience());
            self.now = clock::monotonic();
            let found = events.get(..found.unwrap_or(0)).unwrap_or_default();
            for event in found {
                self.event(event.number());
            }
            self.take_turns();
            self.expire();
        }
    }

    /// Handles what has arrived before the worker began to stop, and closes connections without a
    /// request.
    fn take_rest(&mut self) {
        for _ in 0..self.connections.count() {
            let Some((index, _)) = self.connections.longest(State::Idle) else {
                break;
            };
            self.converse(index, true);
            let connection = self.connections.get(index);
            if connection.is_some_and(|connection| connection.state == State::Idle) {
                self.close(index);
            }
        }
    }

    /// Watches the listening sockets, or stops to.
    pub(super) fn listen(&mut self) {
        let wanted = !self.stops && self.start.connections() < self.start.most_connections;
        if wanted == self.listens {
            return;
        }
        self.listens = wanted;
        for (index, &fd) in (0u64..).zip(self.start.listeners.all()) {
            // A socket that cannot be watched is served by other workers.
            let _ = match wanted {
                true => self.queue.add(fd, Interest::Shared, LISTENER | index),
                false => self.queue.remove(fd),
            };
        }
    }

    fn event(&mut self, number: u64) {
        match number {
            CHANNEL => self.hear(),
            listener if listener & LISTENER != 0 => {
                let index = (listener & !LISTENER) as usize;
                if let Some(&fd) = self.start.listeners.all().get(index)
                    // What is left is an event again.
                    && self.accept(fd)
                    && self.listens
                {
                    // The system wakes the first of the idle workers that watch: this one becomes
                    // the last, so that connections that come one by one spread over all.
                    let _ = self.queue.remove(fd);
                    self.listens = self.queue.add(fd, Interest::Shared, number).is_ok();
                }
            }
            index => self.ready(index as u32),
        }
    }

    /// Accepts a connection; returns whether there was one. Others are for other workers, unless
    /// these are busy.
    pub(super) fn accept(&mut self, listener: Fd) -> bool {
        if self.start.connections() >= self.start.most_connections {
            return false;
        }
        let flags = accept::NONBLOCK | accept::CLOEXEC;
        match retry(|| socket::take(listener, flags)) {
            Ok(fd) => {
                self.add(fd);
                true
            }
            Err(_) => false,
        }
    }

    /// Adds a connection, and reads what has arrived on it.
    pub(super) fn add(&mut self, fd: Fd) {
        let Ok(fd) = self.start.keep(fd) else { return };
        let Some(index) = self.connections.add(fd, self.now) else {
            let _ = fd::close(fd);
            return;
        };
        self.start.count(1);
        if self.queue.add(fd, Interest::In, index.into()).is_err() {
            self.close(index);
            return;
        }
        self.connections.wait(index, State::Idle, self.now);
        // While a handler waits, what has arrived is for another worker.
        if self.current == u32::MAX {
            self.ready(index);
        }
    }

    /// Closes a connection.
    pub(super) fn close(&mut self, index: u32) {
        self.connections.close(index);
        self.start.count(-1);
    }

    /// A connection can be read or written.
    fn ready(&mut self, index: u32) {
        let Some(connection) = self.connections.get(index) else {
            return;
        };
        match connection.state {
            State::Idle | State::Head | State::Rest => self.converse(index, true),
            State::Answer => self.drain(index),
            State::Linger => self.linger(index),
            State::Free | State::Busy | State::Parked | State::Turn => {}
        }
    }

    /// Reads and handles requests of a connection. `receives`: something has arrived.
    fn converse(&mut self, index: u32, receives: bool) {
        let Some(connection) = self.connections.get(index) else {
            return;
        };
        let (fd, mut scan) = (connection.fd, connection.scan);
        let mut was = connection.state;
        self.exchange.connect(fd, connection.kept.bytes());
        connection.kept.clear();
        if receives {
            match self.exchange.incoming.receive() {
                Ok(_) => {}
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                Err(_) => return self.close(index),
            }
        }
        connection.left = self.exchange.incoming.pass_over(connection.left);
        for _ in 0..IN_A_ROW {
            match self.next(&mut scan) {
                Err(refused) => return self.refuse(index, refused.status),
                Ok(None) => return self.keep(index, scan, was),
                Ok(Some((head, framing))) => {
                    self.exchange.begin(head, framing);
                    if self.stops {
                        self.exchange.outgoing.close();
                    }
                    self.connections.wait(index, State::Busy, self.now);
                    self.current = index;
                    self.handle();
                    self.current = u32::MAX;
                    if !self.finish(index) {
                        return;
                    }
                    scan = Scan::default();
                    was = State::Busy;
                }
            }
        }
        self.keep(index, scan, was);
        self.take_turn(index);
    }

    /// Lets a connection with requests that have arrived already have its turn after others.
    pub(super) fn take_turn(&mut self, index: u32) {
        if let Some(connection) = self.connections.get(index)
            && !connection.kept.bytes().is_empty()
        {
            self.connections.wait(index, State::Turn, self.now);
        }
    }

    /// Handles requests of connections whose turn it is.
    fn take_turns(&mut self) {
        for _ in 0..self.connections.count() {
            let Some((index, _)) = self.connections.longest(State::Turn) else {
                break;
            };
            self.connections.wait(index, State::Busy, self.now);
            self.converse(index, false);
        }
    }

    /// The next request that has arrived; `None`: its head is not complete.
    fn next(&mut self, scan: &mut Scan) -> Result<Option<(Head, Framing)>, Refused> {
        let limits = Limits {
            bytes: self.http.head_bytes as usize,
            fields: self.http.head_fields as usize,
        };
        let exchange = &mut *self.exchange;
        let bytes = exchange.incoming.rest();
        let Some(head) = head::parse(bytes, scan, &limits, exchange.fields)? else {
            return Ok(None);
        };
        let fields = exchange.fields.get(..head.fields).unwrap_or_default();
        let framing = framing::framing(bytes, &head, fields)?;
        match framing.body {
            Body::Length(length) if length > self.http.body_bytes => {
                Err(Refused::new(413, b"body is larger than allowed"))
            }
            _ => Ok(Some((head, framing))),
        }
    }

    /// Keeps the start of a head until more arrives.
    fn keep(&mut self, index: u32, scan: Scan, was: State) {
        let rest = self.exchange.incoming.rest();
        let Some(connection) = self.connections.get(index) else {
            return;
        };
        if rest.is_empty() {
            let state = connection.next();
            return self.connections.wait(index, state, self.now);
        }
        connection.scan = scan;
        if connection.kept.set(&[rest]).is_err() {
            return self.close(index);
        }
        // The time for the head starts with its first byte.
        if was != State::Head {
            self.connections.wait(index, State::Head, self.now);
        }
    }

    /// Runs the handler for the request that has begun, then makes the next instance.
    fn handle(&mut self) {
        let start = clock::monotonic();
        self.waits.deadline = self.clock.start(start);
        let mut how = INSTANTIATED;
        if !self.instantiated {
            // SAFETY: no instance is running, and memory is as in the image.
            how = unsafe { instance::instantiate() };
            self.instantiated = true;
        }
        if how == INSTANTIATED {
            how = match self.handle {
                // SAFETY: no instance is running, and the argument is a function.
                Some(handle) => unsafe { instance::run(call, handle as usize) },
                None => bug(b"the program has no handler"),
            };
        }
        self.waits.deadline = u64::MAX;
        self.clock.stop();
        self.handled += 1;
        let phase = self.exchange.outgoing.phase();
        if phase != Phase::Ended {
            if how == TIMEOUT {
                self.exchange.outgoing.close();
            }
            let status = self.exchange.incoming.refusal();
            self.exchange.refuse(status.unwrap_or(self::status(how)));
        }
        let trapped = how & end::TRAPPED != 0;
        log::write(self.exchange, clock::monotonic().saturating_sub(start));
        // The answer need not wait for the next instance. Errors appear again later.
        exchange::push();
        if trapped || how != end::RETURNED || self.handled >= self.http.instance_requests {
            self.renew();
        }
    }

    /// Makes a fresh instance.
    fn renew(&mut self) {
        self.handled = 0;
        self.instantiated = self.http.flags & flags::INSTANTIATES == 0;
        let opened = descriptor::opened();
        if let Some(snapshot) = &mut self.snapshot {
            // SAFETY: no instance is running.
            unsafe { snapshot.restore() };
        }
        // SAFETY: no instance is left that could use them.
        unsafe { self.mappings.release() };
        let (first, last) = (self.first_of_instance, self.start.first_kept - 1);
        if opened && first <= last {
            let _ = fd::close_range(Fd(first), Fd(last));
        }
    }
}

/// The end of a request whose time is over.
const TIMEOUT: usize = end::TRAPPED | wasi_aot_abi::Trap::Timeout.code() as usize;

/// The status of the answer to a request whose handler gave none.
fn status(how: usize) -> u16 {
    match how == TIMEOUT {
        true if worker().over => 503,
        true => 504,
        false => 500,
    }
}

/// # Safety
/// `handle` must be a function without parameters.
unsafe extern "C" fn call(handle: usize) -> usize {
    // SAFETY: as required of the caller.
    let handle = unsafe { core::mem::transmute::<usize, fn()>(handle) };
    handle();
    end::RETURNED
}

/// The lowest descriptor that is not open.
fn lowest_free() -> Result<i32, Errno> {
    let copy = fd::duplicate(Fd::STDERR, 0)?;
    let _ = fd::close(copy);
    Ok(copy.0)
}

/// Memory for exchanges.
fn new_exchange(http: &Http) -> Result<&'static mut Exchange, Errno> {
    let limits = Limits {
        bytes: http.head_bytes as usize,
        fields: http.head_fields as usize,
    };
    // SAFETY: all zeros are valid for these types.
    let (input, head, body, fields, trailers, path) = unsafe {
        (
            zeros(limits.bytes.saturating_add(BUFFER))?,
            zeros(BUFFER)?,
            zeros(BUFFER)?,
            zeros(limits.fields)?,
            zeros(limits.fields)?,
            zeros(limits.bytes.saturating_add(1))?,
        )
    };
    let incoming = Incoming::new(input, trailers, limits, http.body_bytes);
    let outgoing = Outgoing::new(head, body);
    let exchange = Exchange::new(incoming, outgoing, fields, path, http.progress_time);
    Ok(place::<Exchange>()?.write(exchange))
}
