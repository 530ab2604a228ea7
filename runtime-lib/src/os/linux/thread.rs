//! The start and end of a thread, and its thread pointer.

use super::{Errno, cpu, kernel::signal};

pub use cpu::{pointer, set_pointer, set_segment, unmap_and_exit};

/// The things that a thread shares with the others.
#[cfg(not(wasi_aot_unsupported_cpu))]
pub const FLAGS: u32 = wasi_aot_abi::linux::clone::THREAD;

/// Blocks all signals of this thread, so that no handler runs on its stacks.
pub fn uninterrupted() -> Result<(), Errno> {
    signal::block_all()
}

/// Starts a thread: see `cpu::start`.
///
/// # Safety
/// As for `cpu::start`.
pub unsafe fn start(
    sp: usize,
    function: unsafe extern "C" fn(pointer: usize) -> !,
    pointer: usize,
) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    Errno::check(unsafe { cpu::start(sp, function, pointer) }).map(drop)
}
