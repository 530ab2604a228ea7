//! The process: its end, and the data that the kernel provides at start.

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
        // SAFETY: the call ends the process.
        let _ = unsafe { syscall!(exit_group, code) };
    }
}

/// The exit status that a shell sees after [`abort`].
pub const ABORTED: u32 = 134;

/// Ends the process by SIGABRT: exit status [`ABORTED`] for a shell, and a core file if enabled. It
/// never blocks.
pub fn abort() -> ! {
    // The parent may have ignored the signal. It is not blocked: see `fault::install`.
    let _ = signal::set_default(signal::number::ABRT);
    let _ = raise(signal::number::ABRT);
    exit(ABORTED)
}

/// `getpid`.
pub fn id() -> u32 {
    // SAFETY: the call accesses no memory. It cannot fail.
    unsafe { syscall!(getpid) }.map_or(0, |id| id as u32)
}

/// Sends a signal to this thread.
pub(super) fn raise(signal: u32) -> Result<(), Errno> {
    // SAFETY: the calls access no memory.
    unsafe {
        let process = syscall!(getpid)?;
        let thread = syscall!(gettid)?;
        syscall!(tgkill, process, thread, signal).map(drop)
    }
}

/// Sends a signal to this process.
pub fn kill_self(signal: u32) -> Result<(), Errno> {
    // SAFETY: the calls access no memory.
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

/// A variable that configures the runtime. A process with more privileges than its caller
/// (`AT_SECURE`: set-user-ID, file capabilities) ignores them: its caller must not control it.
pub fn own_variable(name: &[u8]) -> Option<&'static [u8]> {
    let value = variable(name)?;
    heeds_variables().then_some(value)
}

/// Whether the runtime uses such variables at all: see [`own_variable`].
pub fn heeds_variables() -> bool {
    auxiliary(auxiliary::SECURE).unwrap_or(0) == 0
}

/// `sched_yield`.
pub fn sched_yield() -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(sched_yield) }.map(drop)
}

/// Fills with random bytes; returns their number (all of up to 256, possibly only a part of more).
pub fn random(into: &[Cell<u8>]) -> Result<usize, Errno> {
    // SAFETY: the call writes only to `into`.
    unsafe { syscall!(getrandom, into.as_ptr(), into.len(), 0) }
}

/// The start block, which the kernel put on the stack: argument count, arguments, null,
/// environment, null, auxiliary vector.
static START: AtomicPtr<usize> = AtomicPtr::new(ptr::null_mut());

/// Stores the address of the start block; called once, first of all.
///
/// # Safety
/// `start` must be the address that the process entry received: the kernel's start block.
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
    // SAFETY: the environment follows the arguments and their terminating null.
    let next = unsafe { start.add(*start + 2) };
    Strings { next: next.cast() }
}

/// Strings of the start block, which are valid for the life of the process.
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
        // SAFETY: this is within a list of the start block, which null terminates.
        let string = unsafe { *self.next };
        if string.is_null() {
            return None;
        }
        // SAFETY: this is not after the null; the kernel terminates strings, and nothing changes
        // them.
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
    /// CPU features, on some CPUs.
    pub const HWCAP: usize = 16;
    /// Not 0: the process has privileges that its caller lacks.
    pub const SECURE: usize = 23;
    /// Address of 16 random bytes.
    pub const RANDOM: usize = 25;
    /// Address of the vDSO.
    pub const SYSINFO_EHDR: usize = 33;
}

/// The CPU features that the system reports (`AT_HWCAP`).
pub fn hardware() -> usize {
    auxiliary(auxiliary::HWCAP).unwrap_or(0)
}

/// The address of the start block: all of the kernel's stack that is in use lies above it.
pub(super) fn start_block() -> usize {
    START.load(Ordering::Relaxed).addr()
}

/// A random number that the kernel gives each process; 0 where it gives none.
pub(super) fn random_at_start() -> u64 {
    // SAFETY: the entry is the address of 16 bytes.
    auxiliary(auxiliary::RANDOM)
        .map_or(0, |bytes| unsafe { (bytes as *const u64).read_unaligned() })
}

/// An entry of the auxiliary vector.
pub(super) fn auxiliary(kind: usize) -> Option<usize> {
    let mut end = environment().next;
    if end.is_null() {
        return None;
    }
    // SAFETY: a null terminates the environment, and the auxiliary vector follows it; a pair with
    // kind 0 terminates that.
    unsafe {
        while !(*end).is_null() {
            end = end.add(1);
        }
        let mut entry = end.add(1).cast::<[usize; 2]>();
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
            // SAFETY: it has the form of the kernel's, and stays valid; no other test reads it.
            unsafe { set_start_block(block.as_mut_ptr()) };
            assert_eq!(variable(b"WASI_AOT_NOTES"), Some(&b"x"[..]));
            assert_eq!(own_variable(b"WASI_AOT_NOTES"), own);
            assert_eq!(own_variable(b"WASI_AOT_VERBOSE"), None);
        }
    }
}
