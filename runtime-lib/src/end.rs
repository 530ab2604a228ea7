//! The end of the program, by itself or by a trap: prints the final messages exactly once.

use crate::{os::process, program::config, thread};
use core::sync::atomic::{AtomicBool, Ordering};
use wasi_aot_abi::Trap;

/// Whether the end has begun.
static BEGUN: AtomicBool = AtomicBool::new(false);

/// Begins the end. Returns `false` if it has begun already: the caller must then leave it to the
/// thread that began it.
pub fn begin() -> bool {
    !BEGUN.swap(true, Ordering::Relaxed)
}

/// Prints the messages for the end of the program with `code`, by a trap or not
/// ([`wasi_aot_abi::Config::end`]).
pub fn say(code: u32, trap: Option<Trap>) {
    if let Some(end) = config().end {
        // SAFETY: this is called once, when the program no longer runs.
        unsafe { end(code, trap.map_or(0, |trap| trap.code().into())) }
    }
}

/// Ends the process with `code`, because the program ended.
pub fn exit(code: u32) -> ! {
    if !begin() {
        thread::leave();
    }
    say(code, None);
    process::exit(code)
}
