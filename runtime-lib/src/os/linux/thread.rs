//! The beginning and the end of a thread, and where it knows itself by.

use super::{Errno, cpu, kernel::signal};

pub use cpu::{pointer, set_pointer, unmap_and_exit};

/// What a thread shares with the others.
#[cfg(not(wasi_aot_unsupported_cpu))]
pub const FLAGS: u32 = wasi_aot_abi::linux::clone::THREAD;

/// From now on nothing interrupts this thread: no handler runs on its stacks.
pub fn uninterrupted() -> Result<(), Errno> {
    signal::block_all()
}

/// Starts a thread: see `cpu::start`.
///
/// # Safety
/// As there.
pub unsafe fn start(
    sp: usize,
    function: unsafe extern "C" fn(pointer: usize) -> !,
    pointer: usize,
) -> Result<(), Errno> {
    // SAFETY: the caller's.
    Errno::check(unsafe { cpu::start(sp, function, pointer) }).map(drop)
}
