//! No process.

use super::{Errno, never, refused};
use core::{cell::Cell, ffi::CStr};

/// Defines the symbol `$name`, where nobody enters.
#[cfg(wasi_aot_object)]
macro_rules! process_entry {
    ($name:ident, $main:path) => {
        /// Nobody enters here.
        ///
        /// # Safety
        /// Never called.
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

/// How others see the end by [`abort`].
pub const ABORTED: u32 = 1;

/// Does not end.
pub fn exit(_code: u32) -> ! {
    never()
}

/// Does not end.
pub fn abort() -> ! {
    never()
}

/// None.
pub fn id() -> u32 {
    0
}

/// Sends nothing.
pub fn kill_self(_signal: u32) -> Result<(), Errno> {
    refused()
}

/// None.
pub fn variable(_name: &[u8]) -> Option<&'static [u8]> {
    None
}

/// None.
pub fn own_variable(_name: &[u8]) -> Option<&'static [u8]> {
    None
}

/// No.
pub fn heeds_variables() -> bool {
    false
}

/// Yields to nobody.
pub fn sched_yield() -> Result<(), Errno> {
    refused()
}

/// Nothing is random.
pub fn random(_into: &[Cell<u8>]) -> Result<usize, Errno> {
    refused()
}

/// Remembers nothing.
///
/// # Safety
/// None is needed here.
pub unsafe fn set_start_block(_start: *mut usize) {}

/// None.
pub fn arguments() -> Strings {
    Strings(())
}

/// None.
pub fn environment() -> Strings {
    Strings(())
}

/// Nothing.
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
