//! The time that a request may take (`--timeout`). A host call that waits ends by itself; the
//! program's own code is interrupted by an alarm.

use crate::{
    host::clock::monotonic,
    os::{
        Errno,
        alarm::{self, Alarm},
        fault::Registers,
    },
    program::config,
    trap,
};
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use wasi_aot_abi::Trap;

/// The time after which an alarm is repeated that came while a host call ran, in nanoseconds.
const AGAIN: u64 = 1_000_000;

/// The alarm comes this much later than the end of a wait, in nanoseconds: it must not interrupt a
/// wait that is about to end.
const LATER: u64 = 5_000_000;

/// The clock of a worker.
#[derive(Debug)]
pub struct Clock {
    alarm: Option<Alarm>,
    /// Whether the alarm is set, or its handler will set it.
    set: bool,
    /// The time of the monotonic clock at which the request has to end; `u64::MAX`: none is
    /// running.
    deadline: u64,
}

/// The clock; null: there is no limit.
static CLOCK: AtomicPtr<Clock> = AtomicPtr::new(ptr::null_mut());

alarm::alarm_handler! {
    /// The alarm handler.
    handler => on_alarm
}

impl Clock {
    /// A clock, with an alarm if requests have a limit.
    pub fn new() -> Result<&'static mut Clock, Errno> {
        let alarm = match config().timeout {
            0 => None,
            // SAFETY: the handler only interrupts the program's own code.
            _ => Some(unsafe { Alarm::new(handler) }?),
        };
        let clock = super::place::<Clock>()?.write(Clock {
            alarm,
            set: false,
            deadline: u64::MAX,
        });
        if alarm.is_some() {
            CLOCK.store(clock, Ordering::Relaxed);
        }
        Ok(clock)
    }

    /// Starts with a request at `now`; returns its deadline.
    pub fn start(&mut self, now: u64) -> u64 {
        let Some(alarm) = self.alarm else {
            return u64::MAX;
        };
        let limit = config().timeout;
        self.deadline = now.saturating_add(limit);
        if !self.set {
            self.set = true;
            alarm.set(limit.saturating_add(LATER));
        }
        self.deadline
    }

    /// The request has ended.
    pub fn stop(&mut self) {
        self.deadline = u64::MAX;
    }
}

/// Ends the program's code if its time is over.
fn on_alarm(registers: &mut Registers) {
    // SAFETY: it is null, or valid for the life of the process, and only this handler uses it while
    // the program runs.
    let Some(clock) = (unsafe { CLOCK.load(Ordering::Relaxed).as_mut() }) else {
        return;
    };
    let Some(alarm) = clock.alarm else { return };
    let now = monotonic();
    if clock.deadline == u64::MAX {
        clock.set = false;
        return;
    }
    let due = clock.deadline.saturating_add(LATER);
    if now < due {
        return alarm.set(due - now);
    }
    if !trap::is_program(registers.pc()) {
        return alarm.set(AGAIN);
    }
    clock.deadline = u64::MAX;
    clock.set = false;
    trap::interrupted(Trap::Timeout, None, registers);
}
