//! No process.

use super::{Errno, never, refused};
use core::{cell::Cell, ffi::CStr};

/// Defines the symbol `$name`, without function.
#[cfg(wasi_aot_object)]
macro_rules! process_entry {
    ($name:ident, $main:path) => {
        /// Never entered.
        ///
        /// # Safety
        /// It is never called.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name() -> ! {
            let _ = $main as unsafe extern "C" fn(*mut usize) -> !;
            loop {
                core::hint::spin_loop();
            }
        }
    };
}
#[cfg(wasi_aot_object)]
pub(crate) use process_entry;

/// The exit status that others see after [`abort`].
pub const ABORTED: u32 = 1;

/// Never returns.
pub fn exit(_code: u32) -> ! {
    never()
}

/// Never returns.
pub fn abort() -> ! {
    never()
}

/// Always 0.
pub fn id() -> u32 {
    0
}

/// Sends nothing.
pub fn kill_self(_signal: u32) -> Result<(), Errno> {
    refused()
}

/// Always `None`.
pub fn variable(_name: &[u8]) -> Option<&'static [u8]> {
    None
}

/// Always `None`.
pub fn own_variable(_name: &[u8]) -> Option<&'static [u8]> {
    None
}

/// Always `false`.
pub fn heeds_variables() -> bool {
    false
}

/// Always fails.
pub fn sched_yield() -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn random(_into: &[Cell<u8>]) -> Result<usize, Errno> {
    refused()
}

/// Does nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn set_start_block(_start: *mut usize) {}

/// Empty.
pub fn arguments() -> Strings {
    Strings(())
}

/// Empty.
pub fn environment() -> Strings {
    Strings(())
}

/// Always 0.
pub fn hardware() -> usize {
    0
}

/// No strings.
#[derive(Clone, Debug)]
pub struct Strings(());

impl Iterator for Strings {
    type Item = &'static CStr;

    fn next(&mut self) -> Option<&'static CStr> {
        None
    }
}
