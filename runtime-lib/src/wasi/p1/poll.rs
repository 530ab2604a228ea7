//! `poll_oneoff`.

use super::{Errno, Memory, Result, clocks, types};
use crate::{
    host::{
        clock,
        descriptor::{self, Kind},
        poll::Set,
    },
    os::{
        self, Fd,
        poll::events::{IN, OUT},
        time::Clock,
    },
    wasi::memory,
};
use core::cell::Cell;

/// `subscription_clock`'s flag: the timeout is a point in time.
const ABSTIME: u16 = 1;
/// `eventrwflags`: the other end is closed.
const HANGUP: u16 = 1;

/// A `subscription`.
struct Subscription {
    userdata: u64,
    /// `eventtype`.
    kind: u8,
    wanted: Wanted,
}

enum Wanted {
    /// The monotonic time.
    Time(u64),
    Ready(Fd, u16),
}

/// What the clocks showed when the call began.
struct Start {
    monotonic: u64,
    realtime: u64,
}

impl Subscription {
    fn read(record: &[Cell<u8>; 48], start: &Start) -> Result<Subscription> {
        let bytes = memory::get(record);
        let words = bytes.as_chunks().0;
        let word = |index| words.get(index).map_or(0, |word| u64::from_le_bytes(*word));
        // userdata; tag; clock or descriptor; timeout; precision; flags.
        let kind = word(1) as u8;
        let wanted = match kind {
            0 => Wanted::Time(due(word(2) as u32, word(3), word(5) as u16, start)?),
            1 => Wanted::Ready(pollable(word(2) as u32)?, IN),
            2 => Wanted::Ready(pollable(word(2) as u32)?, OUT),
            _ => return Err(Errno::INVAL.into()),
        };
        Ok(Subscription {
            userdata: word(0),
            kind,
            wanted,
        })
    }
}

fn due(id: u32, timeout: u64, flags: u16, start: &Start) -> Result<u64> {
    Ok(match (clocks::clock(id)?, flags) {
        (Clock::Monotonic, ABSTIME) => timeout,
        (Clock::Realtime, ABSTIME) => start
            .monotonic
            .saturating_add(timeout.saturating_sub(start.realtime)),
        (Clock::Monotonic | Clock::Realtime, 0) => start.monotonic.saturating_add(timeout),
        _ => return Err(Errno::INVAL.into()),
    })
}

fn pollable(number: u32) -> Result<Fd> {
    let descriptor = descriptor::get(number)?;
    match descriptor.kind {
        Kind::Dir => Err(os::Errno::EBADF.into()),
        _ => Ok(descriptor.fd),
    }
}

pub fn poll_oneoff(
    memory: Memory,
    subscriptions: u32,
    events: u32,
    count: u32,
    stored: u32,
) -> Result {
    if count == 0 {
        return Err(Errno::INVAL.into());
    }
    let place = memory.place(stored)?;
    let subscriptions = memory.records(subscriptions, count)?;
    let events = memory.records::<32>(events, count)?;
    let start = Start {
        monotonic: clock::now(Clock::Monotonic)?,
        realtime: clock::now(Clock::Realtime)?,
    };
    let mut set = Set::empty();
    let mut deadline = None;
    for record in subscriptions {
        match Subscription::read(record, &start)?.wanted {
            Wanted::Time(time) => {
                deadline = Some(deadline.map_or(time, |earlier: u64| earlier.min(time)))
            }
            Wanted::Ready(fd, direction) => set.add(fd, direction)?,
        }
    }
    set.wait(deadline)?;
    let now = clock::now(Clock::Monotonic)?;
    let (mut members, mut used) = (0, 0u32);
    let mut free = events.iter();
    for record in subscriptions {
        // Read again rather than kept: the program decides how many there are.
        let subscription = Subscription::read(record, &start)?;
        let (happened, bytes, flags) = match subscription.wanted {
            Wanted::Time(time) => (time <= now, 0, 0),
            Wanted::Ready(..) => {
                let readiness = set.readiness(members);
                members += 1;
                (
                    readiness.ready(),
                    1,
                    if readiness.hangup() { HANGUP } else { 0 },
                )
            }
        };
        if happened && let Some(event) = free.next() {
            memory::set(
                event,
                types::event(subscription.userdata, 0, subscription.kind, bytes, flags),
            );
            used += 1;
        }
    }
    place.set(used.to_le_bytes());
    Ok(())
}
