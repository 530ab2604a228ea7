//! The supervisor: binds, starts workers, replaces those that end, gives connections of workers
//! that wait to others, and stops all of them.
//!
//! It holds nothing of the program, and of what workers and clients send it reads only records of
//! one word.

use super::{
    limits, listeners,
    pause::Pause,
    place, records,
    slots::{Slot, State},
    start::{Start, keep, set_start},
    zeros,
};
use crate::{
    fatal::refuse_grant,
    host::clock,
    os::{
        Errno, Fd,
        child::{self, Signal},
        fd, memory,
        pages::{PageMap, map_executable},
        process,
        queue::{Event, Interest, Queue},
        socket::{self, How, accept},
    },
    program::{config, set_config},
    text::Text,
    wall,
};
use core::{
    ptr,
    sync::atomic::{AtomicI32, Ordering},
};
use wasi_aot_abi::http::Http;

/// Descriptors that an instance may have where `--max-open-files` does not say.
const OPEN_FILES: u64 = 40;

/// Descriptors that the runtime may open for an instance besides.
const BESIDES: u64 = 20;

/// Descriptors that a worker has besides connections and those of instances.
const RESERVED: u64 = 100;

/// Connections that wait for a worker.
const WAITING: usize = 1024;

/// A worker that ends earlier than this number of nanoseconds after its start has failed to start.
const EARLY: u64 = 1_000_000_000;

/// Nanoseconds after which workers that were not needed end.
const UNNEEDED: u64 = 10_000_000_000;

/// Nanoseconds after the first signal to stop within which another one is the same.
const SAME_SIGNAL: u64 = 500_000_000;

/// Messages of a worker that are taken before others have their turn.
const MESSAGES: usize = 64;

/// Failed starts after which the server ends.
const FAILURES: u32 = 8;

/// The number of signals in events.
const SIGNALS: u64 = u64::MAX;

struct Supervisor {
    http: Http,
    start: Start,
    queue: Queue,
    signals: Fd,
    slots: &'static mut [Slot],
    /// Workers that always exist.
    least: usize,
    /// Connections for which there is no worker, a circular list.
    waiting: [Fd; WAITING],
    first: usize,
    count: usize,
    failures: u32,
    /// Before it is over, no process is started, except for the only worker.
    pause: Pause,
    /// When the grace period ends, while stopping.
    stops: Option<u64>,
    /// When the server began to stop.
    start_of_stop: u64,
    unanswered: u64,
    /// Where to look for the next worker.
    turn: usize,
    /// When all workers waited for the last time.
    all_waited: u64,
}

/// Opens the sockets, and becomes the supervisor. Returns in each worker.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_server() {
    let failed = match Supervisor::set_up() {
        Ok(supervisor) => match supervisor.supervise() {
            Ok(()) => return,
            Err(errno) => errno,
        },
        Err(errno) => errno,
    };
    refuse_grant(
        &[b"the server cannot start"],
        Some(failed),
        &[b"raise the limits on processes, memory and open files (`ulimit -u`, `ulimit -v`, `ulimit -n`)"],
    )
}

/// Limits the descriptors of an instance, so that a worker's own can be told from them. Returns the
/// lowest of a worker's own.
fn limit_instances() -> u64 {
    let mut config = *config();
    if config.max_open_files == 0 {
        config.max_open_files = OPEN_FILES;
        // SAFETY: the program is not running yet.
        unsafe { set_config(&config) };
    }
    config.max_open_files.saturating_add(BESIDES).min(1 << 19)
}

impl Supervisor {
    fn set_up() -> Result<&'static mut Supervisor, Errno> {
        let http = limits();
        let descriptors = child::raise_descriptors();
        let first_kept = limit_instances().min(descriptors / 2) as i32;
        // One worker may have all of them.
        let most = descriptors
            .saturating_sub(first_kept as u64 + RESERVED)
            .max(1);
        let mut listeners = listeners::open();
        listeners.keep(first_kept)?;
        socket::survive_closed()?;
        let cpus = u64::from(child::cpus());
        let least = match http.workers {
            0 => cpus,
            workers => workers,
        };
        let least = least.min(http.requests);
        let slots = usize::try_from(http.requests).unwrap_or(1);
        let counts = memory::map_shared(slots * size_of::<AtomicI32>())?;
        let queue = Queue(keep(Queue::new()?.0, first_kept)?);
        let signals = keep(child::signals()?, first_kept)?;
        queue.add(signals, Interest::In, SIGNALS)?;
        // SAFETY: entries are initialised here before they are used.
        let slots = unsafe { zeros::<Slot>(slots) }?;
        slots.fill(Slot::NONE);
        wall::supervise(&http);
        Ok(place::<Supervisor>()?.write(Supervisor {
            http,
            start: Start {
                channel: Fd(-1),
                listeners,
                first_kept,
                most_connections: http.connections.min(most),
                map: None,
                executable: map_executable().ok(),
                counts: ptr::with_exposed_provenance(counts),
                slots: slots.len(),
                slot: 0,
            },
            queue,
            signals,
            slots,
            least: least as usize,
            waiting: [Fd(-1); WAITING],
            first: 0,
            count: 0,
            failures: 0,
            pause: Pause::NONE,
            stops: None,
            start_of_stop: 0,
            unanswered: 0,
            turn: 0,
            all_waited: 0,
        }))
    }

    /// Supervises until the server ends, and ends the process. Returns in each worker.
    fn supervise(&mut self) -> Result<(), Errno> {
        if self.fill()? {
            return Ok(());
        }
        let mut events = [Event::default(); 64];
        loop {
            let patience = self.patience();
            let found = self.queue.wait(&mut events, patience).unwrap_or(0);
            for event in events.get(..found).unwrap_or_default() {
                let is_worker = match event.number() {
                    SIGNALS => self.signal()?,
                    slot => self.hear(slot as usize)?,
                };
                if is_worker {
                    return Ok(());
                }
            }
            self.check_end();
            self.retire();
            // What was refused may be possible after the pause.
            if self.fill()? || self.count > 0 && self.pass()? {
                return Ok(());
            }
        }
    }

    /// Ends workers that were not needed for a while, some at a time.
    fn retire(&mut self) {
        let workers = self.workers();
        if workers <= self.least || self.stops.is_some() {
            return;
        }
        let now = clock::monotonic();
        if now < self.all_waited.saturating_add(UNNEEDED) {
            return;
        }
        self.all_waited = now.saturating_sub(UNNEEDED - EARLY);
        let most = ((workers - self.least) / 4).max(1);
        let idle = self.slots.iter().rev();
        let idle = idle.filter(|slot| slot.state == State::Ready).take(most);
        for slot in idle {
            let _ = child::send(slot.channel, records::supervisor::RETIRE, None);
        }
    }

    /// Milliseconds until something has to be done without an event.
    fn patience(&self) -> i32 {
        let now = clock::monotonic();
        let left = match (self.stops, self.pause.left(now)) {
            (Some(end), _) => end.saturating_sub(now),
            (None, 0) if self.workers() == self.least => return -1,
            (None, 0) => EARLY,
            (None, pause) => pause,
        };
        i32::try_from(left / 1_000_000 + 1).unwrap_or(i32::MAX)
    }

    /// Ends the process if all workers have ended; ends these if the grace period is over.
    fn check_end(&mut self) {
        let Some(end) = self.stops else { return };
        if self.workers() == 0 {
            self.leave();
        }
        if clock::monotonic() >= end {
            // A worker that does not even react to the message is killed the next time.
            self.stops = Some(end.saturating_add(EARLY));
            let again = end > self.grace_end();
            for slot in self.slots.iter().filter(|slot| slot.state != State::None) {
                if again {
                    child::kill(slot.process);
                } else {
                    let _ = child::send(slot.channel, records::supervisor::END, None);
                }
            }
        }
    }

    /// The first end of the grace period.
    fn grace_end(&self) -> u64 {
        match self.http.grace {
            0 => u64::MAX,
            grace => self.start_of_stop.saturating_add(grace),
        }
    }

    /// The number of workers.
    fn workers(&self) -> usize {
        let slots = self.slots.iter();
        slots.filter(|slot| slot.state != State::None).count()
    }

    /// Starts a worker, unless the system has just refused to; returns whether this process is the
    /// worker.
    fn start_worker(&mut self) -> Result<bool, Errno> {
        let now = clock::monotonic();
        if self.pause.left(now) > 0 && self.workers() > 0 {
            return Err(Errno::EAGAIN);
        }
        let result = self.fork();
        self.pause = match result {
            Ok(_) => Pause::NONE,
            Err(_) => self.pause.after_refusal(now),
        };
        result
    }

    /// Starts a worker in a free entry; returns whether this process is the worker.
    fn fork(&mut self) -> Result<bool, Errno> {
        let free = self.slots.iter().position(|slot| slot.state == State::None);
        let Some(number) = free else { return Ok(false) };
        let ends = child::channel()?.map(|end| keep(end, self.start.first_kept));
        let (own, other) = match ends {
            [Ok(own), Ok(other)] => (own, other),
            [Ok(end), Err(error)] | [Err(error), Ok(end)] => {
                let _ = fd::close(end);
                return Err(error);
            }
            [Err(error), Err(_)] => return Err(error),
        };
        // What can be refused comes before the worker: none is without an entry.
        let queued = self.queue.add(own, Interest::In, number as u64);
        // SAFETY: the supervisor has one thread.
        match queued.and_then(|()| unsafe { child::fork() }) {
            Ok(Some(process)) => {
                let _ = fd::close(other);
                if let Some(slot) = self.slots.get_mut(number) {
                    *slot = Slot {
                        process,
                        channel: own,
                        state: State::Starting,
                        since: clock::monotonic(),
                    };
                }
                Ok(false)
            }
            Ok(None) => {
                let _ = fd::close(own);
                // Never back into the supervisor's loop: that would be a second supervisor.
                if self.become_worker(number, other).is_err() {
                    process::exit(1);
                }
                Ok(true)
            }
            Err(error) => {
                let _ = fd::close(own);
                let _ = fd::close(other);
                Err(error)
            }
        }
    }

    /// Makes this process a worker: it keeps its own descriptors only.
    fn become_worker(&mut self, number: usize, channel: Fd) -> Result<(), Errno> {
        // A supervisor that has ended meanwhile closes the channel, too.
        let _ = child::die_with_parent();
        let _ = child::small_pages();
        for slot in self.slots.iter().filter(|slot| slot.state != State::None) {
            let _ = fd::close(slot.channel);
        }
        for offset in 0..self.count {
            if let Some(&fd) = self.waiting.get((self.first + offset) % WAITING) {
                let _ = fd::close(fd);
            }
        }
        let _ = fd::close(self.queue.0);
        let _ = fd::close(self.signals);
        let map = PageMap::open().ok();
        let map = map.and_then(|map| Some(map.at(keep(map.fd(), self.start.first_kept).ok()?)));
        let start = place::<Start>()?.write(Start {
            channel,
            map,
            slot: number,
            ..self.start
        });
        set_start(start);
        Ok(())
    }

    /// Takes signals; returns whether this process has become a worker.
    fn signal(&mut self) -> Result<bool, Errno> {
        while let Ok(signal) = child::next_signal(self.signals) {
            match signal {
                Signal::Stop if self.stops.is_none() => self.stop(),
                Signal::Stop => self.stop_again(),
                Signal::Child => {
                    if self.reap()? {
                        return Ok(true);
                    }
                }
                Signal::Other => {}
            }
        }
        Ok(false)
    }

    /// Ends everything at once, unless the second signal is the first one again: `timeout` sends it
    /// to the process and to its group.
    fn stop_again(&self) {
        if clock::monotonic() >= self.start_of_stop.saturating_add(SAME_SIGNAL) {
            self.kill();
        }
    }

    /// Begins to stop: connections that wait get a worker, and further ones are refused.
    fn stop(&mut self) {
        self.start_of_stop = clock::monotonic();
        self.stops = Some(self.grace_end());
        let listeners = self.start.listeners;
        for &listener in listeners.own() {
            let flags = accept::NONBLOCK | accept::CLOEXEC;
            while self.count < WAITING
                && let Ok(fd) = socket::take(listener, flags)
            {
                self.keep_waiting(fd);
            }
            let _ = socket::shutdown(listener, How::Both);
        }
        self.pass_waiting();
        for slot in self.slots.iter().filter(|slot| slot.state != State::None) {
            let _ = child::send(slot.channel, records::supervisor::STOP, None);
        }
        for &fd in self.start.listeners.all() {
            let _ = fd::close(fd);
        }
    }

    /// Ends everything at once.
    fn kill(&self) -> ! {
        for slot in self.slots.iter().filter(|slot| slot.state != State::None) {
            child::kill(slot.process);
        }
        process::exit(1)
    }

    /// Takes note of workers that have ended, and replaces them; returns whether this process has
    /// become a worker.
    fn reap(&mut self) -> Result<bool, Errno> {
        while let Some(process) = child::ended() {
            let mut slots = self.slots.iter();
            let found = slots.position(|slot| slot.state != State::None && slot.process == process);
            let Some(number) = found else { continue };
            self.drop_worker(number);
            // There is room for another process now.
            self.pause = Pause::NONE;
        }
        self.fill()
    }

    /// Starts workers in place of those that have ended; returns whether this process has become
    /// one. What the system refuses is tried again later, unless there is no worker left.
    fn fill(&mut self) -> Result<bool, Errno> {
        while self.stops.is_none() && self.workers() < self.least {
            match self.start_worker() {
                Ok(false) => {}
                Err(_) if self.workers() > 0 => break,
                result => return result,
            }
        }
        Ok(false)
    }

    /// Frees the entry of a worker that has ended.
    fn drop_worker(&mut self, number: usize) {
        // What it has sent before its end counts.
        while let Some(slot) = self.slots.get(number).copied()
            && let Ok(Some((word, with))) = child::receive(slot.channel)
        {
            self.take(number, word, with);
        }
        if let Some(count) = self.start.counts().get(number) {
            count.store(0, Ordering::Relaxed);
        }
        let Some(slot) = self.slots.get_mut(number) else {
            return;
        };
        let _ = self.queue.remove(slot.channel);
        let _ = fd::close(slot.channel);
        let early = slot.state == State::Starting && clock::monotonic() < slot.since + EARLY;
        *slot = Slot::NONE;
        self.failures = if early { self.failures + 1 } else { 0 };
        if self.failures >= FAILURES {
            let mut text = Text::<512>::new(Fd::STDERR);
            text.push(b"Error: the server's workers end before they can take requests\n");
            text.flush();
            self.kill();
        }
    }

    /// Takes messages of a worker; returns whether this process has become a worker.
    fn hear(&mut self, number: usize) -> Result<bool, Errno> {
        for _ in 0..MESSAGES {
            let slot = self.slots.get(number).copied();
            let Some(slot) = slot.filter(|slot| slot.state != State::None) else {
                break;
            };
            match child::receive(slot.channel) {
                Ok(Some((word, with))) => self.take(number, word, with),
                Err(Errno::EINTR) => {}
                // It has ended, or sends what no worker sends. Its end is a signal.
                Ok(None) => {
                    let _ = self.queue.remove(slot.channel);
                    child::kill(slot.process);
                    break;
                }
                Err(_) => break,
            }
        }
        self.pass()
    }

    /// Takes a message.
    fn take(&mut self, number: usize, word: u64, with: Option<Fd>) {
        let (kind, count) = records::split(word);
        let state = match kind {
            records::worker::READY | records::worker::CONTINUES => Some(State::Ready),
            records::worker::WAITS => Some(State::Waits),
            _ => None,
        };
        if let (Some(state), Some(slot)) = (state, self.slots.get_mut(number)) {
            slot.state = state;
        }
        if kind == records::worker::ENDS {
            self.unanswered += u64::from(count);
        }
        match with {
            Some(fd) if kind == records::worker::GIVES => self.keep_waiting(fd),
            Some(fd) => drop(fd::close(fd)),
            None => {}
        }
    }

    /// Keeps a connection for a worker, or closes it if too many wait.
    fn keep_waiting(&mut self, fd: Fd) {
        let place = (self.first + self.count) % WAITING;
        match self.waiting.get_mut(place) {
            Some(place) if self.count < WAITING => {
                *place = fd;
                self.count += 1;
            }
            _ => drop(fd::close(fd)),
        }
    }

    /// Gives waiting connections to workers that do not wait.
    fn pass_waiting(&mut self) {
        while self.count > 0
            && let Some(slot) = self.idle_worker()
            && let Some(&fd) = self.waiting.get(self.first)
            && child::send(slot.channel, records::supervisor::TAKE, Some(fd)).is_ok()
        {
            let _ = fd::close(fd);
            self.first = (self.first + 1) % WAITING;
            self.count -= 1;
        }
    }

    /// Gives waiting connections to workers that do not wait, and starts a worker if all do;
    /// returns whether this process has become it.
    fn pass(&mut self) -> Result<bool, Errno> {
        self.pass_waiting();
        let mut slots = self.slots.iter();
        let all_wait = slots.all(|slot| matches!(slot.state, State::None | State::Waits));
        if all_wait {
            self.all_waited = clock::monotonic();
        }
        if all_wait && self.stops.is_none() && self.workers() < self.slots.len() {
            // What the system refuses is tried again later.
            return Ok(self.start_worker().unwrap_or(false));
        }
        Ok(false)
    }

    /// The next worker in turn whose handler does not wait.
    fn idle_worker(&mut self) -> Option<Slot> {
        for offset in 0..self.slots.len() {
            let number = (self.turn + offset) % self.slots.len();
            if let Some(slot) = self.slots.get(number)
                && slot.state == State::Ready
            {
                self.turn = number + 1;
                return Some(*slot);
            }
        }
        None
    }

    /// Ends the process after all workers have ended.
    fn leave(&self) -> ! {
        let mut text = Text::<512>::new(Fd::STDERR);
        text.push(b"stopped");
        if self.unanswered > 0 {
            text.push(b": ").decimal(self.unanswered);
            text.push(b" connections had requests that were not answered");
        }
        text.push(b"\n").flush();
        process::exit(0)
    }
}
