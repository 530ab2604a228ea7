//! The alarm that interrupts the program wherever it is. On Linux it is a timer with a separate
//! signal.

use super::{
    Errno,
    kernel::signal::{self, Again, Handler, number},
    time::{self, Timespec},
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
        .and_then(|()| time::timer(number::VTALRM, first, interval))
        .and_then(|()| time::timer(number::CONT, resume, interval))
}
