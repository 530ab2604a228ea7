//! `wasi:clocks`.

use super::{
    Host,
    generated::{
        clocks::{
            monotonic_clock, timezone, timezone::TimezoneDisplay, wall_clock, wall_clock::Datetime,
        },
        io::poll,
    },
    objects::own,
};
use crate::{
    canonical::{Call, Own},
    host::{clock, pollable},
    os::time::Clock,
};

const SECOND: u64 = 1_000_000_000;

impl monotonic_clock::Functions for Host {
    fn now(_: &Call<'_>) -> u64 {
        clock::monotonic()
    }

    fn resolution(_: &Call<'_>) -> u64 {
        clock::certain(clock::resolution(Clock::Monotonic))
    }

    fn subscribe_instant(_: &Call<'_>, when: u64) -> Own<poll::Pollable> {
        own(pollable::at(when))
    }

    fn subscribe_duration(_: &Call<'_>, when: u64) -> Own<poll::Pollable> {
        own(pollable::after(when))
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
        datetime(clock::certain(clock::now(Clock::Realtime)))
    }

    fn resolution(_: &Call<'_>) -> Datetime {
        datetime(clock::certain(clock::resolution(Clock::Realtime)))
    }
}

/// The time zone is UTC: the machine's is not granted.
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
