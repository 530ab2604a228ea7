//! Clocks and sleep.

use super::{Errno, kernel::vdso};

/// A point in time or a duration (`struct timespec`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[repr(C)]
pub struct Timespec {
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, below one second.
    pub nanoseconds: i64,
}

impl Timespec {
    /// Converts nanoseconds.
    pub fn of(nanoseconds: u64) -> Timespec {
        const SECOND: u64 = 1_000_000_000;
        Timespec {
            seconds: (nanoseconds / SECOND) as i64,
            nanoseconds: (nanoseconds % SECOND) as i64,
        }
    }
}

/// A clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Clock {
    /// Time since 1970.
    Realtime = 0,
    /// Time that is never set back.
    Monotonic = 1,
    /// CPU time of the process.
    ProcessCpu = 2,
    /// CPU time of the thread.
    ThreadCpu = 3,
}

/// `clock_gettime`, without entering the kernel if the vDSO supports the clock.
#[inline(always)]
pub fn clock_gettime(clock: Clock) -> Result<Timespec, Errno> {
    let mut time = Timespec::default();
    if let Some(function) = vdso::CLOCK_GETTIME.get() {
        // SAFETY: the vDSO's function has this type and writes a timespec.
        if unsafe { function(clock as u32, &mut time) } == 0 {
            return Ok(time);
        }
    }
    // SAFETY: the call writes a timespec.
    unsafe { syscall!(clock_gettime, clock as u32, &raw mut time) }?;
    Ok(time)
}

/// `clock_getres`, without entering the kernel if the vDSO supports the clock.
#[inline(always)]
pub fn clock_getres(clock: Clock) -> Result<Timespec, Errno> {
    let mut time = Timespec::default();
    if let Some(function) = vdso::CLOCK_GETRES.get() {
        // SAFETY: the vDSO's function has this type and writes a timespec.
        if unsafe { function(clock as u32, &mut time) } == 0 {
            return Ok(time);
        }
    }
    // SAFETY: the call writes a timespec.
    unsafe { syscall!(clock_getres, clock as u32, &raw mut time) }?;
    Ok(time)
}

/// A timer of the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer(i32);

impl Timer {
    /// `timer_create`: sends `signal`, with the code [`super::kernel::signal::TIMER`], to the
    /// process.
    ///
    /// # Errors
    /// `EAGAIN`: the user's limit on pending signals (`RLIMIT_SIGPENDING`) is reached.
    pub fn new(signal: u32) -> Result<Timer, Errno> {
        /// The kernel's `struct sigevent`.
        #[repr(C)]
        struct Event {
            value: usize,
            signal: u32,
            /// 0: `SIGEV_SIGNAL`.
            notify: u32,
            pad: [usize; 6],
        }
        let event = Event {
            value: 0,
            signal,
            notify: 0,
            pad: [0; 6],
        };
        let mut timer = 0i32;
        let clock = Clock::Monotonic as u32;
        // SAFETY: the call reads the event and writes the timer's ID.
        unsafe { syscall!(timer_create, clock, &raw const event, &raw mut timer) }?;
        Ok(Timer(timer))
    }

    /// `timer_settime`: it expires after `first` (zero: never), and then every `interval` (zero:
    /// not again).
    pub fn set(self, first: Timespec, interval: Timespec) -> Result<(), Errno> {
        let times = [interval, first];
        // SAFETY: the call reads the two times.
        unsafe { syscall!(timer_settime, self.0, 0, times.as_ptr(), 0) }.map(drop)
    }
}
