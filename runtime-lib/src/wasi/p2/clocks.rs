//! `wasi:clocks`.

use super::{
    Host,
    generated::{
        clocks::{
            monotonic_clock, timezone, timezone::TimezoneDisplay, wall_clock, wall_clock::Datetime,
        },
        io::poll,
    },
    objects::Pollable,
};
use crate::{
    canonical::{Call, Own},
    fatal::bug,
    host::clock,
    os::{Errno, time::Clock},
};

const SECOND: u64 = 1_000_000_000;

/// What a clock says that every system has.
#[inline(always)]
fn certain(answer: Result<u64, Errno>) -> u64 {
    match answer {
        Ok(nanoseconds) => nanoseconds,
        Err(_) => bug(b"a clock is missing"),
    }
}

/// What the monotonic clock shows.
#[inline(always)]
pub(super) fn monotonic() -> u64 {
    certain(clock::now(Clock::Monotonic))
}

impl monotonic_clock::Functions for Host {
    fn now(_: &Call<'_>) -> u64 {
        monotonic()
    }

    fn resolution(_: &Call<'_>) -> u64 {
        certain(clock::resolution(Clock::Monotonic))
    }

    fn subscribe_instant(_: &Call<'_>, when: u64) -> Own<poll::Pollable> {
        Pollable::at(when)
    }

    fn subscribe_duration(_: &Call<'_>, when: u64) -> Own<poll::Pollable> {
        // The longest durations are what is never over.
        Pollable::at(match when {
            0 => 0,
            _ => monotonic().saturating_add(when),
        })
    }
}

fn datetime(nanoseconds: u64) -> Datetime {
    Datetime {
        seconds: nanoseconds / SECOND,
        nanoseconds: (nanoseconds % SECOND) as u32,
    }
}

impl wall_clock::Functions for Host {
    fn now(_: &Call<'_>) -> Datetime {
        datetime(certain(clock::now(Clock::Realtime)))
    }

    fn resolution(_: &Call<'_>) -> Datetime {
        datetime(certain(clock::resolution(Clock::Realtime)))
    }
}

/// The time zone is UTC: that of the machine is not granted.
impl timezone::Functions for Host {
    fn display(call: &Call<'_>, _: Datetime) -> TimezoneDisplay {
        TimezoneDisplay {
            utc_offset: 0,
            name: call.text(b"UTC"),
            in_daylight_saving_time: false,
        }
    }

    fn utc_offset(_: &Call<'_>, _: Datetime) -> i32 {
        0
    }
}
