//! Programs end at traps: the counterpart of `recovery.rs` in every product.

use crate::os::fault::Registers;
use wasi_aot_abi::Trap;

/// No step is running that a trap could end by itself.
///
/// # Safety
/// It has no requirements here.
pub unsafe fn unwind(_: Trap) {}

/// The same from a signal handler: always `false`.
pub fn redirect(_: Trap, _: &mut Registers) -> bool {
    false
}

/// Nothing is buffered.
pub fn flush() {}

/// Whether the collector moves everything at every allocation: never.
pub fn stress() -> bool {
    false
}
