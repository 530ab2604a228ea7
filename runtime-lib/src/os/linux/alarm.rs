//! The alarm that interrupts the program wherever it is. On Linux it is a timer with a separate
//! signal.

use super::{
    Errno,
    kernel::signal::{self, Again, Handler, number},
    time::{Timer, Timespec},
};

/// `alarm_handler! { ATTRIBUTES NAME => FUNCTION }` defines a [`Handler`] that calls `FUNCTION`
/// with the registers of the interrupted code. A signal that a process sent has its default action.
macro_rules! alarm_handler {
    ($(#[$attribute:meta])* $name:ident => $function:path) => {
        $(#[$attribute])*
        unsafe extern "C" fn $name(
            number: i32,
            info: &$crate::os::linux::kernel::signal::Info,
            registers: &mut $crate::os::fault::Registers,
        ) {
            if info.code != $crate::os::linux::kernel::signal::TIMER {
                $crate::os::linux::kernel::signal::as_without_us(number);
                return;
            }
            $function(registers);
        }
    };
}
pub(crate) use alarm_handler;

/// Calls `handler` after `first`, and then every `interval`, even while the handler runs. A stopped
/// process is resumed after `resume`, and then every `interval`, because the handler cannot run
/// while it is stopped. Inherited timers stay.
///
/// # Safety
/// The handler may only do what is safe wherever the program is.
///
/// # Errors
/// `EAGAIN`: the user's limit on pending signals (`RLIMIT_SIGPENDING`) is reached.
pub unsafe fn start(
    handler: Handler,
    first: Timespec,
    resume: Timespec,
    interval: Timespec,
) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe { signal::handle(number::VTALRM, handler, Again::Interrupts) }
        .and_then(|()| signal::unblock(signal::set(&[number::VTALRM])))
        .and_then(|()| Timer::new(number::VTALRM)?.set(first, interval))
        .and_then(|()| Timer::new(number::CONT)?.set(resume, interval))
}

/// An alarm that is set again and again.
#[derive(Clone, Copy, Debug)]
pub struct Alarm(Timer);

impl Alarm {
    /// An alarm that calls `handler`, and is not set.
    ///
    /// # Safety
    /// The handler may only do what is safe wherever the program is.
    ///
    /// # Errors
    /// As for [`start`].
    pub unsafe fn new(handler: Handler) -> Result<Alarm, Errno> {
        // SAFETY: as required of the caller.
        unsafe { signal::handle(number::VTALRM, handler, Again::Waits) }?;
        signal::unblock(signal::set(&[number::VTALRM]))?;
        Timer::new(number::VTALRM).map(Alarm)
    }

    /// Calls the handler once, after this number of nanoseconds.
    pub fn set(self, nanoseconds: u64) {
        // It fails for invalid times only, which these are not.
        let _ = self
            .0
            .set(Timespec::of(nanoseconds.max(1)), Timespec::default());
    }
}
