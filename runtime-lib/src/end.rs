//! The end of the program, by itself or by a trap: what is said then, and that it is said once.

use crate::{os::process, program::config, thread};
use core::sync::atomic::{AtomicBool, Ordering};
use wasi_aot_abi::Trap;

/// Whether the end has begun.
static BEGUN: AtomicBool = AtomicBool::new(false);

/// Whether this begins the end: `false` if it has begun, and the caller must leave it to whoever began it.
pub fn begin() -> bool {
    !BEGUN.swap(true, Ordering::Relaxed)
}

/// Says what is to be said when the program ends with `code`, by a trap or not ([`wasi_aot_abi::Config::end`]).
pub fn say(code: u32, trap: Option<Trap>) {
    if let Some(end) = config().end {
        // SAFETY: called once, when nothing of the program runs any more.
        unsafe { end(code, trap.map_or(0, |trap| trap.code().into())) }
    }
}

/// Ends the process with `code`, because the program does.
pub fn exit(code: u32) -> ! {
    if !begin() {
        thread::leave();
    }
    say(code, None);
    process::exit(code)
}
