//! `poll_oneoff`.
//!
//! A subscription that is well formed but cannot be waited for, such as one for a number that stands for
//! nothing, has its error as its event, and the call does not wait. Where no subscription can be waited for,
//! the call fails with the first error.

use super::{Errno, Failure, Memory, Result, clocks, rights, types};
use crate::{
    host::{
        clock,
        descriptor::{Descriptor, Kind},
        poll::{Member, Set, readable},
        scratch::Scratch,
    },
    os::{
        self,
        poll::events::{IN, OUT},
        time::Clock,
    },
    wasi::memory,
};

/// `eventtype`.
const CLOCK: u8 = 0;
const FD_READ: u8 = 1;
const FD_WRITE: u8 = 2;

/// `subclockflags`: the timeout is a point in time.
const ABSTIME: u64 = 1;
/// `eventrwflags`: the other end is closed.
const HANGUP: u16 = 1;

/// Subscriptions that need no memory of the system.
const INLINE: usize = 8;

/// A subscription, and what has come of it.
#[derive(Clone, Copy)]
struct Subscription {
    userdata: u64,
    /// `eventtype`.
    kind: u8,
    /// Why it cannot be waited for; 0: it can.
    error: u8,
    /// A clock's: nanoseconds until it is time.
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

    /// From the words of a record of preview 1 or, with an identifier in front of the clock, of snapshot 0.
    fn read<const BYTES: usize>(bytes: [u8; BYTES]) -> Result<Subscription> {
        // userdata; tag; then the descriptor, or clock, timeout, precision, flags.
        let words = bytes.as_chunks().0;
        let word = |index| words.get(index).map_or(0, |word| u64::from_le_bytes(*word));
        let clock = 2 + BYTES / 8 - 6;
        let kind = word(1) as u8;
        let mut subscription = Subscription {
            userdata: word(0),
            kind,
            ..Subscription::NONE
        };
        let checked = match kind {
            CLOCK => {
                let (id, flags) = (clocks::clock(word(clock) as u32)?, word(clock + 3) & 0xffff);
                if flags & !ABSTIME != 0 {
                    return Err(Errno::INVAL.into());
                }
                rest(id, word(clock + 1), flags == ABSTIME).map(|rest| subscription.rest = rest)
            }
            FD_READ => pollable(word(2) as u32, rights::FD_READ)
                .map(|descriptor| subscription.descriptor = descriptor),
            FD_WRITE => pollable(word(2) as u32, rights::FD_WRITE)
                .map(|descriptor| subscription.descriptor = descriptor),
            _ => return Err(Errno::INVAL.into()),
        };
        match checked {
            Ok(()) => {}
            Err(Failure::Errno(errno)) => subscription.error = errno.number(),
            Err(trap) => return Err(trap),
        }
        Ok(subscription)
    }

    /// Its event, if it has happened; `elapsed` nanoseconds have gone by.
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

/// How long until the clock shows `timeout`, or until so much time is over.
fn rest(id: Clock, timeout: u64, absolute: bool) -> Result<u64> {
    let rest = if absolute {
        timeout.saturating_sub(clock::now(id)?)
    } else {
        timeout
    };
    match id {
        Clock::Realtime | Clock::Monotonic => Ok(rest),
        // CPU time does not go on while the program waits.
        _ if rest == 0 => Ok(0),
        _ => Err(Errno::INVAL.into()),
    }
}

fn pollable(number: u32, right: u32) -> Result<Descriptor> {
    let descriptor = rights::get(number, rights::POLL_FD_READWRITE | right)?;
    match descriptor.kind {
        Kind::Dir => Err(os::Errno::EBADF.into()),
        _ => Ok(descriptor),
    }
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

/// `poll_oneoff` with subscriptions of so many bytes.
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
    let mut free = memory.records::<32>(events, count, 8)?.iter();
    // All are read before an event is stored: the arrays may overlap.
    let mut scratch = Scratch::<_, INLINE>::new(records.len())?;
    for record in records {
        scratch.push(Subscription::read(memory::get(record))?);
    }
    let subscriptions = scratch.values();
    let mut set = Set::new(subscriptions.len())?;
    let elapsed = wait(subscriptions, &mut set)?;
    let mut used = 0u32;
    for subscription in subscriptions {
        if let Some(event) = subscription.event(&mut set, elapsed)
            && let Some(place) = free.next()
        {
            memory::set(place, event);
            used += 1;
        }
    }
    place.set(used.to_le_bytes());
    Ok(())
}

/// Waits until something has happened: how many nanoseconds have gone by at least.
#[inline(always)]
fn wait(subscriptions: &mut [Subscription], set: &mut Set) -> Result<u64> {
    let (mut failed, mut first, mut shortest) = (0, None, None);
    for subscription in subscriptions.iter_mut() {
        if subscription.error != 0 {
            failed += 1;
            first = first.or(Some(subscription.error));
        } else if subscription.kind == CLOCK {
            let rest = subscription.rest;
            shortest = Some(shortest.map_or(rest, |shorter: u64| shorter.min(rest)));
        } else {
            let direction = if subscription.kind == FD_READ {
                IN
            } else {
                OUT
            };
            subscription.member = set.add(subscription.descriptor.fd, direction);
        }
    }
    if let Some(error) = first {
        if failed == subscriptions.len() {
            return Err(Errno::from_number(error).into());
        }
        shortest = Some(0);
    }
    let ready = set.wait(shortest)?;
    Ok(if ready { 0 } else { shortest.unwrap_or(0) })
}
