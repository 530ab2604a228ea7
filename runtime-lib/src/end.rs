//! The end of the program, by itself or by a trap: prints the final messages exactly once.

use crate::{os::process, program::config, thread, trap};
use core::{
    hint, mem, ptr,
    sync::atomic::{AtomicBool, AtomicPtr, Ordering},
};
use wasi_aot_abi::Trap;

/// What happens in place of the end of the process, on the program's stack; it gets one of
/// [`RETURNED`], a trap's code above [`TRAPPED`], or an exit code above [`EXITED`].
pub type Instead = unsafe extern "C" fn(how: usize) -> !;

/// The program has returned.
pub const RETURNED: usize = 0;
/// The program has trapped, with the code in the low bits.
pub const TRAPPED: usize = 1 << 16;
/// The program has ended itself, with the code in the low bits.
pub const EXITED: usize = 1 << 32;

/// The function in place of the end; null: there is none.
static INSTEAD: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

/// Calls `instead` in place of every end of the program from now on.
pub fn replace(instead: Instead) {
    // If the optimizer knew the only function, all programs would contain it.
    INSTEAD.store(hint::black_box(instead as *mut ()), Ordering::Relaxed);
    trap::come_back();
}

/// See [`replace`].
pub fn instead() -> Option<Instead> {
    let function = INSTEAD.load(Ordering::Relaxed);
    // SAFETY: `replace` stored a function of this type.
    (!function.is_null()).then(|| unsafe { mem::transmute::<*mut (), Instead>(function) })
}

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
    if let Some(instead) = instead() {
        // SAFETY: programs end themselves in host calls, on their stack.
        unsafe { instead(EXITED | code as usize) }
    }
    if !begin() {
        thread::leave();
    }
    say(code, None);
    process::exit(code)
}
