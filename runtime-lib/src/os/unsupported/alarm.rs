//! No alarm.

use super::{Errno, fault::Handler, refused, time::Timespec};

/// `alarm_handler! { ATTRIBUTES NAME => FUNCTION }` defines a [`Handler`] that nobody calls.
macro_rules! alarm_handler {
    ($(#[$attribute:meta])* $name:ident => $function:path) => {
        $(#[$attribute])*
        unsafe extern "C" fn $name() {
            let _: fn(&mut $crate::os::fault::Registers) = $function;
        }
    };
}
pub(crate) use alarm_handler;

/// It does not start.
///
/// # Safety
/// None is needed here.
pub unsafe fn start(
    _handler: Handler,
    _first: Timespec,
    _resume: Timespec,
    _interval: Timespec,
) -> Result<(), Errno> {
    refused()
}
