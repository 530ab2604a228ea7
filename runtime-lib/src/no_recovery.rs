//! Programs do not survive traps: the twin of `recovery.rs` in every product.

use crate::os::fault::Registers;
use wasi_aot_abi::Trap;

/// Nothing is running that a trap would end alone.
///
/// # Safety
/// None is needed here.
pub unsafe fn unwind(_: Trap) {}

/// The same, from a handler: `false`.
pub fn redirect(_: Trap, _: &mut Registers) -> bool {
    false
}

/// Nothing is buffered.
pub fn flush() {}

/// Whether the collector moves everything at every allocation: never.
pub fn stress() -> bool {
    false
}
