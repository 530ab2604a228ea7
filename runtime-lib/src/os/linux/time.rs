//! Clocks and sleep.

use super::{Errno, vdso};

/// A point in time or a duration (`struct timespec`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[repr(C)]
pub struct Timespec {
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, below one second.
    pub nanoseconds: i64,
}

/// A clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Clock {
    /// Since 1970.
    Realtime = 0,
    /// Never set back.
    Monotonic = 1,
    /// CPU time of the process.
    ProcessCpu = 2,
    /// CPU time of the thread.
    ThreadCpu = 3,
}

/// `clock_gettime`, without entering the kernel where the vDSO can answer.
#[inline(always)]
pub fn clock_gettime(clock: Clock) -> Result<Timespec, Errno> {
    let mut time = Timespec::default();
    if let Some(function) = vdso::CLOCK_GETTIME.get() {
        // SAFETY: the vDSO's function has this type and writes a timespec.
        if unsafe { function(clock as u32, &mut time) } == 0 {
            return Ok(time);
        }
    }
    // SAFETY: writes a timespec.
    unsafe { syscall!(clock_gettime, clock as u32, &raw mut time) }?;
    Ok(time)
}

/// `clock_getres`, without entering the kernel where the vDSO can answer.
#[inline(always)]
pub fn clock_getres(clock: Clock) -> Result<Timespec, Errno> {
    let mut time = Timespec::default();
    if let Some(function) = vdso::CLOCK_GETRES.get() {
        // SAFETY: the vDSO's function has this type and writes a timespec.
        if unsafe { function(clock as u32, &mut time) } == 0 {
            return Ok(time);
        }
    }
    // SAFETY: writes a timespec.
    unsafe { syscall!(clock_getres, clock as u32, &raw mut time) }?;
    Ok(time)
}

/// `clock_nanosleep`: sleeps for `time`, or until it if `absolute`. `EINTR` when a signal came.
pub fn clock_nanosleep(clock: Clock, absolute: bool, time: &Timespec) -> Result<(), Errno> {
    let time: *const Timespec = time;
    // SAFETY: reads a timespec.
    unsafe { syscall!(clock_nanosleep, clock as u32, u32::from(absolute), time, 0) }.map(drop)
}

/// `setitimer(ITIMER_REAL)`: the signal `ALRM` comes once, `nanoseconds` from now, which are rounded up to
/// microseconds.
pub fn alarm(nanoseconds: u64) -> Result<(), Errno> {
    #[repr(C)]
    struct Timer {
        interval: [i64; 2],
        /// Seconds and microseconds; zero would stop the timer.
        value: [i64; 2],
    }
    let microseconds = nanoseconds.div_ceil(1000).max(1) as i64;
    let timer = Timer {
        interval: [0; 2],
        value: [microseconds / 1_000_000, microseconds % 1_000_000],
    };
    // SAFETY: reads the structure.
    unsafe { syscall!(setitimer, 0, &raw const timer, 0) }.map(drop)
}
