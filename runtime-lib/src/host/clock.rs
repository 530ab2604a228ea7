//! Clocks, in nanoseconds.

use crate::os::{
    Errno,
    time::{self, Clock, Timespec},
};

const SECOND: u64 = 1_000_000_000;

/// What the clock shows: nanoseconds since 1970, or since some point that stays the same.
#[inline(always)]
pub fn now(clock: Clock) -> Result<u64, Errno> {
    time::clock_gettime(clock).map(nanoseconds)
}

/// The distance between two readings that the clock can tell apart.
#[inline(always)]
pub fn resolution(clock: Clock) -> Result<u64, Errno> {
    time::clock_getres(clock).map(nanoseconds)
}

/// As a number; what lies before 1970 is 0, what lies too far ahead the largest number.
#[inline(always)]
pub fn nanoseconds(time: Timespec) -> u64 {
    // One comparison for both ends: negative numbers are large ones.
    if time.seconds as u64 >= u64::MAX / SECOND {
        return far_away(time);
    }
    time.seconds as u64 * SECOND + time.nanoseconds as u64
}

#[cold]
#[inline(never)]
fn far_away(time: Timespec) -> u64 {
    let seconds = u64::try_from(time.seconds);
    seconds.map_or(0, |seconds| {
        seconds
            .saturating_mul(SECOND)
            .saturating_add(time.nanoseconds as u64)
    })
}

/// The reverse of [`nanoseconds`].
pub fn timespec(nanoseconds: u64) -> Timespec {
    Timespec {
        seconds: (nanoseconds / SECOND) as i64,
        nanoseconds: (nanoseconds % SECOND) as i64,
    }
}
