//! No alarm.

use super::{Errno, fault::Handler, refused, time::Timespec};

/// `alarm_handler! { ATTRIBUTES NAME => FUNCTION }` defines a [`Handler`] that is never called.
macro_rules! alarm_handler {
    ($(#[$attribute:meta])* $name:ident => $function:path) => {
        $(#[$attribute])*
        unsafe extern "C" fn $name() {
            let _: fn(&mut $crate::os::fault::Registers) = $function;
        }
    };
}
pub(crate) use alarm_handler;

/// Always fails.
///
/// # Safety
/// There are no requirements.
pub unsafe fn start(
    _handler: Handler,
    _first: Timespec,
    _resume: Timespec,
    _interval: Timespec,
) -> Result<(), Errno> {
    refused()
}

/// No alarm.
#[derive(Clone, Copy, Debug)]
pub struct Alarm(());

impl Alarm {
    /// Always fails.
    ///
    /// # Safety
    /// There are no requirements.
    pub unsafe fn new(_handler: Handler) -> Result<Alarm, Errno> {
        refused()
    }

    /// Does nothing.
    pub fn set(self, _nanoseconds: u64) {}
}
