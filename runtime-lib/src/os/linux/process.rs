//! The process: its end, and what the kernel gave it at the start.

use super::{Errno, kernel::signal};

#[cfg(wasi_aot_object)]
pub(crate) use super::cpu::process_entry;
use core::{
    cell::Cell,
    ffi::{CStr, c_char},
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

/// `exit_group`.
pub fn exit(code: u32) -> ! {
    loop {
        // SAFETY: ends the process.
        let _ = unsafe { syscall!(exit_group, code) };
    }
}

/// How a shell sees the end by [`abort`].
pub const ABORTED: u32 = 134;

/// Ends the process as SIGABRT does: exit status [`ABORTED`] for a shell, a core file where they
/// are on. It never blocks.
pub fn abort() -> ! {
    // The parent may ignore the signal. It is not blocked: see `fault::install`.
    let _ = signal::set_default(signal::number::ABRT);
    let _ = raise(signal::number::ABRT);
    exit(ABORTED)
}

/// `getpid`.
pub fn id() -> u32 {
    // SAFETY: touches no memory. It cannot fail.
    unsafe { syscall!(getpid) }.map_or(0, |id| id as u32)
}

/// Sends a signal to this thread.
pub(super) fn raise(signal: u32) -> Result<(), Errno> {
    // SAFETY: these touch no memory.
    unsafe {
        let process = syscall!(getpid)?;
        let thread = syscall!(gettid)?;
        syscall!(tgkill, process, thread, signal).map(drop)
    }
}

/// Sends a signal to this process.
pub fn kill_self(signal: u32) -> Result<(), Errno> {
    // SAFETY: these touch no memory.
    unsafe {
        let process = syscall!(getpid)?;
        syscall!(kill, process, signal).map(drop)
    }
}

/// A variable of the environment.
pub fn variable(name: &[u8]) -> Option<&'static [u8]> {
    environment()
        .map(CStr::to_bytes)
        .find_map(|variable| variable.strip_prefix(name)?.strip_prefix(b"="))
}

/// A variable that is for the runtime. A process with more privileges than whoever started it (`AT_SECURE`: set-user-ID,
/// capabilities of the file) has none: they are not theirs to give.
pub fn own_variable(name: &[u8]) -> Option<&'static [u8]> {
    let value = variable(name)?;
    heeds_variables().then_some(value)
}

/// Whether variables are for the runtime at all: see [`own_variable`].
pub fn heeds_variables() -> bool {
    auxiliary(auxiliary::SECURE).unwrap_or(0) == 0
}

/// `sched_yield`.
pub fn sched_yield() -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(sched_yield) }.map(drop)
}

/// Random bytes: how many bytes came (all of up to 256, of more perhaps only a part).
pub fn random(into: &[Cell<u8>]) -> Result<usize, Errno> {
    // SAFETY: writes to `into` only.
    unsafe { syscall!(getrandom, into.as_ptr(), into.len(), 0) }
}

/// The start block: what the kernel put on the stack. Argument count, arguments, null, environment,
/// null, auxiliary vector.
static START: AtomicPtr<usize> = AtomicPtr::new(ptr::null_mut());

/// Remembers the start block; called once, first of all.
///
/// # Safety
/// `start` is what the process entry received: the kernel's start block.
pub unsafe fn set_start_block(start: *mut usize) {
    START.store(start, Ordering::Relaxed);
}

/// The arguments; empty before [`set_start_block`].
pub fn arguments() -> Strings {
    let start = START.load(Ordering::Relaxed);
    if start.is_null() {
        return Strings { next: ptr::null() };
    }
    // SAFETY: the arguments follow their count.
    let next = unsafe { start.add(1) };
    Strings { next: next.cast() }
}

/// The environment: `K=V`; empty before [`set_start_block`].
pub fn environment() -> Strings {
    let start = START.load(Ordering::Relaxed);
    if start.is_null() {
        return Strings { next: ptr::null() };
    }
    // SAFETY: the environment follows the arguments and their null.
    let next = unsafe { start.add(*start + 2) };
    Strings { next: next.cast() }
}

/// Strings of the start block, which stay valid as long as the process lives.
#[derive(Clone, Debug)]
pub struct Strings {
    next: *const *const c_char,
}

impl Iterator for Strings {
    type Item = &'static CStr;

    fn next(&mut self) -> Option<&'static CStr> {
        if self.next.is_null() {
            return None;
        }
        // SAFETY: inside a list of the start block, which a null closes.
        let string = unsafe { *self.next };
        if string.is_null() {
            return None;
        }
        // SAFETY: not behind the null; the kernel terminates strings, nobody changes them.
        unsafe {
            self.next = self.next.add(1);
            Some(CStr::from_ptr(string))
        }
    }
}

/// Kinds of entries of the auxiliary vector.
pub(super) mod auxiliary {
    /// Page size.
    pub const PAGESZ: usize = 6;
    /// What the CPU has, on some CPUs.
    pub const HWCAP: usize = 16;
    /// Not 0: the process has privileges that whoever started it has not.
    pub const SECURE: usize = 23;
    /// Address of the vDSO.
    pub const SYSINFO_EHDR: usize = 33;
}

/// What the system says that the CPU has (`AT_HWCAP`).
pub fn hardware() -> usize {
    auxiliary(auxiliary::HWCAP).unwrap_or(0)
}

/// An entry of the auxiliary vector.
pub(super) fn auxiliary(kind: usize) -> Option<usize> {
    let mut strings = environment();
    if strings.next.is_null() {
        return None;
    }
    while strings.next().is_some() {}
    // SAFETY: the auxiliary vector follows the environment's null; a pair with kind 0 closes it.
    unsafe {
        let mut entry = strings.next.add(1).cast::<[usize; 2]>();
        while (*entry)[0] != 0 {
            if (*entry)[0] == kind {
                return Some((*entry)[1]);
            }
            entry = entry.add(1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{boxed::Box, vec};

    #[test]
    fn who_has_fewer_privileges_gives_the_runtime_no_variables() {
        let text = |text: &'static CStr| text.as_ptr() as usize;
        for (secure, own) in [(0, Some(&b"x"[..])), (1, None)] {
            let block = [
                vec![1, text(c"app"), 0],
                vec![text(c"WASI_AOT_NOTES=x"), 0],
                vec![auxiliary::PAGESZ, 4096, auxiliary::SECURE, secure, 0, 0],
            ];
            let block = Box::leak(block.concat().into_boxed_slice());
            // SAFETY: formed as the kernel's, and it stays; no other test looks at it.
            unsafe { set_start_block(block.as_mut_ptr()) };
            assert_eq!(variable(b"WASI_AOT_NOTES"), Some(&b"x"[..]));
            assert_eq!(own_variable(b"WASI_AOT_NOTES"), own);
            assert_eq!(own_variable(b"WASI_AOT_VERBOSE"), None);
        }
    }
}
