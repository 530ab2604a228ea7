//! The beginning and the end of a thread, and where it knows itself by.

use super::{Errno, cpu, kernel::signal};

pub use cpu::{pointer, set_pointer, unmap_and_exit};

/// What a thread shares with the others: everything. `CLONE_VM`, `CLONE_FS`, `CLONE_FILES`, `CLONE_SIGHAND`, `CLONE_THREAD`,
/// `CLONE_SYSVSEM`; and `CLONE_SETTLS`: it has a thread pointer of its own.
#[cfg(not(wasi_aot_unsupported_cpu))]
pub const FLAGS: u32 = 0x100 | 0x200 | 0x400 | 0x800 | 0x1_0000 | 0x4_0000 | 0x8_0000;

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
