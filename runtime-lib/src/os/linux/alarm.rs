//! The alarm that interrupts the program wherever it is. Here it is a timer, and a signal of its
//! own.

use super::{
    Errno,
    kernel::signal::{self, Again, Handler, number},
    time::{self, Timespec},
};

/// `alarm_handler! { ATTRIBUTES NAME => FUNCTION }` defines a [`Handler`] that calls `FUNCTION`
/// with the registers of what was interrupted. A signal that somebody else sent does what it would
/// do without us.
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

/// Calls `handler` after `first`, and again every `interval`, also while it runs. A process that
/// has been stopped is resumed after `resume`, and again every `interval`: nothing interrupts it
/// while it does not run. Timers that the process has inherited stay.
///
/// # Safety
/// The handler only does what may be done wherever the program is.
///
/// # Errors
/// `EAGAIN`: the user's limit on pending signals (`RLIMIT_SIGPENDING`) is reached.
pub unsafe fn start(
    handler: Handler,
    first: Timespec,
    resume: Timespec,
    interval: Timespec,
) -> Result<(), Errno> {
    // SAFETY: the caller's.
    unsafe { signal::handle(number::VTALRM, handler, Again::Interrupts) }
        .and_then(|()| signal::unblock(signal::set(&[number::VTALRM])))
        .and_then(|()| time::timer(number::VTALRM, first, interval))
        .and_then(|()| time::timer(number::CONT, resume, interval))
}
