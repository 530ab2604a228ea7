//! `poll_oneoff`.
//!
//! If a subscription is well-formed but cannot be waited for, such as one for an unused number, its
//! event is an error, and the call does not wait. If no subscription can be waited for, the call
//! fails with the first error.

use super::{Errno, Failure, Memory, Result, clocks, rights, types};
use crate::{
    cells,
    host::{
        clock,
        descriptor::Descriptor,
        poll::{self as host_poll, Member, Set, Woken, readable},
        stream,
    },
    os::{
        ready::direction::{IN, OUT},
        time::Clock,
    },
    scratch::Scratch,
    wasi::memory::Place,
};
use core::cell::Cell;
use wasi_aot_abi::MAX_POLLED;

/// `eventtype`.
const CLOCK: u8 = 0;
const FD_READ: u8 = 1;
const FD_WRITE: u8 = 2;

/// `subclockflags`: the timeout is an absolute time.
const ABSTIME: u64 = 1;
/// `eventrwflags`: the other end is closed.
const HANGUP: u16 = 1;

/// The number of subscriptions that need no mapping.
const INLINE: usize = 8;

/// A subscription, and its result.
#[derive(Clone, Copy)]
struct Subscription {
    userdata: u64,
    /// `eventtype`.
    kind: u8,
    /// The error if it cannot be waited for; 0: it can.
    error: u8,
    /// For a clock: the remaining nanoseconds.
    rest: u64,
    descriptor: Descriptor,
    member: Member,
}

impl Subscription {
    const NONE: Subscription = Subscription {
        userdata: 0,
        kind: 0,
        error: 0,
        rest: 0,
        descriptor: Descriptor::FREE,
        member: Member::NONE,
    };

    /// Parses a record of preview 1 or, with an identifier before the clock, of snapshot 0.
    #[inline(always)]
    fn read<const BYTES: usize>(&mut self, bytes: [u8; BYTES]) -> Result {
        let word = |index| word(&bytes, index);
        let kind = word(1) as u8;
        (self.userdata, self.kind) = (word(0), kind);
        let checked = match kind {
            CLOCK => timer(&bytes)?.rest().map(|rest| self.rest = rest),
            FD_READ => pollable(word(2) as u32, rights::FD_READ, IN)
                .map(|descriptor| self.descriptor = descriptor),
            FD_WRITE => pollable(word(2) as u32, rights::FD_WRITE, OUT)
                .map(|descriptor| self.descriptor = descriptor),
            _ => return Err(Errno::INVAL.into()),
        };
        match checked {
            Ok(()) => {}
            Err(Failure::Errno(errno)) => self.error = errno.number(),
            Err(trap) => return Err(trap),
        }
        Ok(())
    }

    /// Its event, if it has occurred after `elapsed` nanoseconds.
    fn event(&self, set: &mut Set, elapsed: u64) -> Option<[u8; 32]> {
        let event = |bytes, flags| {
            Some(types::event(
                self.userdata,
                self.error,
                self.kind,
                bytes,
                flags,
            ))
        };
        if self.error != 0 {
            return event(0, 0);
        }
        if self.kind == CLOCK {
            return if self.rest <= elapsed {
                event(0, 0)
            } else {
                None
            };
        }
        let readiness = set.readiness(self.member);
        if !readiness.ready {
            return None;
        }
        let bytes = if self.kind == FD_READ {
            readable(&self.descriptor)
        } else {
            1
        };
        event(bytes, if readiness.hangup { HANGUP } else { 0 })
    }
}

/// A word of a record: userdata; tag; then the descriptor, or clock, timeout, precision, flags.
#[inline(always)]
fn word<const BYTES: usize>(record: &[u8; BYTES], index: usize) -> u64 {
    let words = record.as_chunks().0;
    words.get(index).map_or(0, |word| u64::from_le_bytes(*word))
}

/// A clock to wait for.
struct Timer {
    id: Clock,
    timeout: u64,
    absolute: bool,
}

/// Parses the clock of a record.
#[inline(always)]
fn timer<const BYTES: usize>(record: &[u8; BYTES]) -> Result<Timer> {
    let first = 2 + BYTES / 8 - 6;
    let flags = word(record, first + 3) & 0xffff;
    let id = clocks::clock(word(record, first) as u32)?;
    if flags & !ABSTIME != 0 {
        return Err(Errno::INVAL.into());
    }
    Ok(Timer {
        id,
        timeout: word(record, first + 1),
        absolute: flags == ABSTIME,
    })
}

impl Timer {
    /// The time until the clock reaches the timeout, or until the duration has passed.
    #[inline(always)]
    fn rest(self) -> Result<u64> {
        let rest = if self.absolute {
            self.timeout.saturating_sub(clock::now(self.id)?)
        } else {
            self.timeout
        };
        match self.id {
            Clock::Realtime | Clock::Monotonic => Ok(rest),
            // CPU time does not advance while the program waits.
            _ if rest == 0 => Ok(0),
            _ => Err(Errno::INVAL.into()),
        }
    }
}

fn pollable(number: u32, right: u32, direction: u16) -> Result<Descriptor> {
    let descriptor = rights::get(number, rights::POLL_FD_READWRITE | right)?;
    stream::check(&descriptor, direction)?;
    Ok(descriptor)
}

pub fn poll_oneoff(
    memory: Memory,
    subscriptions: u32,
    events: u32,
    count: u32,
    stored: u32,
) -> Result {
    poll::<48>(memory, subscriptions, events, count, stored)
}

/// `poll_oneoff` with subscriptions of `BYTES` bytes.
#[inline(always)]
pub fn poll<const BYTES: usize>(
    memory: Memory,
    subscriptions: u32,
    events: u32,
    count: u32,
    stored: u32,
) -> Result {
    if count == 0 {
        return Err(Errno::INVAL.into());
    }
    let place = memory.place(stored, 4)?;
    let records = memory.records::<BYTES>(subscriptions, count, 8)?;
    let free = memory.records::<32>(events, count, 8)?;
    if let ([record], [event]) = (records, free) {
        let record = cells::get(record);
        if word(&record, 1) as u8 == CLOCK {
            // The most frequent case.
            host_poll::sleep(timer(&record)?.rest()?)?;
            cells::set(event, types::event(word(&record, 0), 0, CLOCK, 0, 0));
            place.set(1u32.to_le_bytes());
            return Ok(());
        }
    }
    several(records, free, place)
}

/// [`poll`] for anything except a single clock.
#[inline(never)]
fn several<const BYTES: usize>(
    records: &[[Cell<u8>; BYTES]],
    events: &[[Cell<u8>; 32]],
    place: Place<4>,
) -> Result {
    // As in poll(2), if there are more than can be open.
    if records.len() > MAX_POLLED {
        return Err(Errno::INVAL.into());
    }
    let mut free = events.iter();
    // All records are read before an event is stored: the arrays may overlap.
    let mut scratch = Scratch::<_, INLINE>::new(records.len())?;
    for _ in records {
        scratch.push(Subscription::NONE);
    }
    let subscriptions = scratch.values();
    for (subscription, record) in subscriptions.iter_mut().zip(records) {
        subscription.read(cells::get(record))?;
    }
    let mut set = Set::new(subscriptions.len())?;
    let elapsed = wait(subscriptions, &mut set)?;
    let mut used = 0u32;
    for subscription in subscriptions {
        if let Some(event) = subscription.event(&mut set, elapsed)
            && let Some(place) = free.next()
        {
            cells::set(place, event);
            used += 1;
        }
    }
    place.set(used.to_le_bytes());
    Ok(())
}

/// Waits for an event; returns the minimum number of nanoseconds that have passed.
#[inline(always)]
fn wait(subscriptions: &mut [Subscription], set: &mut Set) -> Result<u64> {
    let (mut failed, mut first) = (0, None);
    for subscription in subscriptions.iter_mut() {
        if subscription.error != 0 {
            failed += 1;
            first = first.or(Some(subscription.error));
        } else if subscription.kind == CLOCK {
            set.timer(subscription.rest);
        } else {
            let direction = if subscription.kind == FD_READ {
                IN
            } else {
                OUT
            };
            subscription.member = set.register(subscription.descriptor.fd, direction);
        }
    }
    if let Some(error) = first {
        if failed == subscriptions.len() {
            return Err(Errno::from_number(error).into());
        }
        set.timer(0);
    }
    Ok(match set.wait()? {
        Woken::Ready => 0,
        Woken::Time(elapsed) => elapsed,
    })
}
