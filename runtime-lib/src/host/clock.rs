//! Clocks, in nanoseconds.

use crate::{
    fatal::bug,
    os::{
        Errno,
        time::{self, Clock, Timespec},
    },
};

const SECOND: u64 = 1_000_000_000;

/// The time of the clock: nanoseconds since 1970, or since a fixed point.
#[inline(always)]
pub fn now(clock: Clock) -> Result<u64, Errno> {
    time::clock_gettime(clock).map(nanoseconds)
}

/// The resolution of the clock.
#[inline(always)]
pub fn resolution(clock: Clock) -> Result<u64, Errno> {
    time::clock_getres(clock).map(nanoseconds)
}

/// The answer of a clock that every system has.
///
/// # Panics
/// Ends the program if the system lacks it.
#[inline(always)]
pub fn certain(answer: Result<u64, Errno>) -> u64 {
    match answer {
        Ok(nanoseconds) => nanoseconds,
        Err(_) => bug(b"a clock is missing"),
    }
}

/// The time of the monotonic clock.
#[inline(always)]
pub fn monotonic() -> u64 {
    certain(now(Clock::Monotonic))
}

/// From this number of seconds on, the nanoseconds may overflow; a power of two.
const FAR: u64 = 1 << 34;

/// Converts to a number; times before 1970 give 0, times too far in the future the largest number.
pub fn nanoseconds(time: Timespec) -> u64 {
    if time.seconds as u64 >= FAR {
        return limited(time);
    }
    product(time)
}

/// [`nanoseconds`] for the three times of a file.
#[inline(always)]
pub fn three_nanoseconds([a, b, c]: [Timespec; 3]) -> [u64; 3] {
    // One comparison for all: negative numbers are large ones. It is not a loop, which the compiler
    // would not unroll.
    if (a.seconds | b.seconds | c.seconds) as u64 >= FAR {
        return [limited(a), limited(b), limited(c)];
    }
    [product(a), product(b), product(c)]
}

fn product(time: Timespec) -> u64 {
    time.seconds as u64 * SECOND + time.nanoseconds as u64
}

#[cold]
#[inline(never)]
fn limited(time: Timespec) -> u64 {
    let seconds = u64::try_from(time.seconds);
    seconds.map_or(0, |seconds| {
        seconds
            .saturating_mul(SECOND)
            .saturating_add(time.nanoseconds as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_limited_to_what_a_number_holds() {
        let time = |seconds, nanoseconds| Timespec {
            seconds,
            nanoseconds,
        };
        let times = [
            (time(0, 0), 0),
            (time(1, 2), 1_000_000_002),
            (time(-1, 999_999_999), 0),
            (time(i64::MIN, 0), 0),
            (time(1 << 34, 1), (1 << 34) * SECOND + 1),
            (time(18_446_744_073, 709_551_615), u64::MAX),
            (time(18_446_744_073, 709_551_616), u64::MAX),
            (time(18_446_744_074, 0), u64::MAX),
            (time(i64::MAX, 999_999_999), u64::MAX),
        ];
        for (time, expected) in times {
            assert_eq!(nanoseconds(time), expected, "{time:?}");
            for (other, beside) in times {
                assert_eq!(
                    three_nanoseconds([time, other, time]),
                    [expected, beside, expected]
                );
            }
        }
    }
}
