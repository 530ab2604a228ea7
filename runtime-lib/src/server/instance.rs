//! Runs the handler on the program's stack, and comes back however it ends.

use crate::{
    cpu::{call_on_stack, resume},
    end,
    fatal::bug,
    program::program,
    stack,
};
use core::sync::atomic::{AtomicUsize, Ordering};

/// Instantiation has ended, and the handler can be called.
pub const INSTANTIATED: usize = 1 << 33;

/// The state from which [`resume`] comes back; the address of a word outside of the snapshot.
static SAVED: AtomicUsize = AtomicUsize::new(0);

/// Gives the memory for the state, which must be valid for the life of the process.
pub fn set_up(saved: *mut usize) {
    SAVED.store(saved.expose_provenance(), Ordering::Relaxed);
    end::replace(ended);
}

fn saved() -> *mut usize {
    core::ptr::with_exposed_provenance_mut(SAVED.load(Ordering::Relaxed))
}

/// Comes back from the program.
unsafe extern "C" fn ended(how: usize) -> ! {
    let saved = saved();
    if saved.is_null() {
        bug(b"no instance is running");
    }
    // SAFETY: `run` is waiting, and nothing of the program continues.
    unsafe { resume(saved.read(), how) }
}

/// Comes back from instantiation.
pub fn instantiated() -> ! {
    // SAFETY: the program calls it on its stack, and does not continue.
    unsafe { ended(INSTANTIATED) }
}

/// Runs `function(argument)` on the program's stack. Returns how it ended: what
/// [`end::Instead`] gets, or [`INSTANTIATED`].
///
/// # Safety
/// Nothing else may be running there, and `function` must accept the argument.
pub unsafe fn run(function: unsafe extern "C" fn(usize) -> usize, argument: usize) -> usize {
    // SAFETY: as required of the caller; the word is the server's.
    unsafe { call_on_stack(stack::top(), function, argument, saved()) }
}

/// Instantiates the program. Returns how it ended.
///
/// # Safety
/// The program's memory must be as the image has it, and nothing may be running.
pub unsafe fn instantiate() -> usize {
    let Some(entry) = program().entry else {
        bug(b"the program has no entry")
    };
    // SAFETY: as required of the caller.
    unsafe { run(enter, entry as usize) }
}

/// # Safety
/// `entry` must be the program's entry.
unsafe extern "C" fn enter(entry: usize) -> usize {
    // SAFETY: as required of the caller.
    unsafe {
        let entry = core::mem::transmute::<usize, unsafe extern "C" fn()>(entry);
        entry();
    }
    end::RETURNED
}
