//! The address space.

use super::{Errno, process};
use core::sync::atomic::{AtomicUsize, Ordering};
use wasi_aot_abi::linux::{advice::*, mapping::*, protection::*};

/// What may be done with pages.
pub mod protection {
    /// Nothing: every access faults.
    pub const NONE: u32 = 0;
    /// Read.
    pub const READ: u32 = super::PROT_READ;
    /// Write.
    pub const WRITE: u32 = super::PROT_WRITE;
}

/// Bytes of a page.
pub fn page_size() -> u64 {
    process::auxiliary(process::auxiliary::PAGESZ).unwrap_or(4096) as u64
}

/// Maps anonymous zero pages at exactly `address`; `EEXIST` when something is there.
///
/// # Safety
/// The address range is the runtime's to give.
pub unsafe fn map_at(address: usize, len: usize, protection: u32) -> Result<(), Errno> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    // SAFETY: replaces no mapping, as the flags say.
    let got = unsafe { syscall!(mmap, address, len, protection, flags, -1i32, 0) }?;
    if got == address {
        return Ok(());
    }
    // Before Linux 4.17 the flag is unknown and the address only a hint.
    // SAFETY: the mapping was made just now, nobody uses it.
    let _ = unsafe { syscall!(munmap, got, len) };
    Err(Errno::EEXIST)
}

/// Maps anonymous zero pages at exactly `address`, in place of whatever is there.
///
/// # Safety
/// The address range is the runtime's to give, and nothing uses what is there.
pub unsafe fn map_over(address: usize, len: usize, protection: u32) -> Result<(), Errno> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    // SAFETY: the caller's.
    unsafe { syscall!(mmap, address, len, protection, flags, -1i32, 0) }.map(drop)
}

/// See [`keep_clear`].
static CLEAR: AtomicUsize = AtomicUsize::new(0);

/// From now on the addresses below `end` are for [`map_at`] alone: where the kernel has a choice, it
/// does not take them.
pub fn keep_clear(end: usize) {
    CLEAR.store(end, Ordering::Relaxed);
}

/// Maps anonymous zero pages where the kernel wants, for reading and writing. Systems that choose low addresses (emulators,
/// CPUs with few bits of address) are told what must be kept clear.
fn map_anywhere(len: usize, flags: u32) -> Result<usize, Errno> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | flags;
    let protection = protection::READ | protection::WRITE;
    let clear = CLEAR.load(Ordering::Relaxed);
    let mut hint = 0;
    loop {
        // SAFETY: a new mapping disturbs nobody: without MAP_FIXED an address is a hint.
        let got = unsafe { syscall!(mmap, hint, len, protection, flags, -1i32, 0) }?;
        if got >= clear {
            if hint != 0 {
                // The next one will have to be told as well, and probably has room after this one.
                CLEAR.store(got + len, Ordering::Relaxed);
            }
            return Ok(got);
        }
        // SAFETY: the mapping was made just now, nobody uses it.
        let _ = unsafe { syscall!(munmap, got, len) };
        if hint != 0 {
            return Err(Errno::ENOMEM);
        }
        hint = clear;
    }
}

/// Maps anonymous zero pages anywhere, for reading and writing.
pub fn map(len: usize) -> Result<usize, Errno> {
    map_anywhere(len, 0)
}

/// Maps anonymous zero pages for a stack anywhere.
pub fn map_stack(len: usize) -> Result<usize, Errno> {
    map_anywhere(len, MAP_NORESERVE | MAP_STACK)
}

/// `mprotect`.
///
/// # Safety
/// Nothing uses the pages in a way that the new protection forbids.
pub unsafe fn protect(address: usize, len: usize, protection: u32) -> Result<(), Errno> {
    // SAFETY: the caller's.
    unsafe { syscall!(mprotect, address, len, protection) }.map(drop)
}

/// `munmap`.
///
/// # Safety
/// Nothing uses the pages.
pub unsafe fn unmap(address: usize, len: usize) -> Result<(), Errno> {
    // SAFETY: the caller's.
    unsafe { syscall!(munmap, address, len) }.map(drop)
}

/// Sets address space aside anywhere; its pages, which are zero, come as they are used.
pub fn reserve(len: usize) -> Result<usize, Errno> {
    map_anywhere(len, MAP_NORESERVE)
}

/// Gives back the memory of pages: they are zero then. `false` if the system does not take them.
///
/// # Safety
/// The range is whole pages of an anonymous mapping, and nobody needs what is in it.
pub unsafe fn give_back(address: usize, len: usize) -> bool {
    // SAFETY: the caller's.
    unsafe { syscall!(madvise, address, len, MADV_DONTNEED) }.is_ok()
}

/// Says that much of a range will be used, so that larger pages are worth it, where the system has such.
///
/// # Safety
/// The range is part of an anonymous mapping, and starts with a whole page.
pub unsafe fn prefer_large_pages(address: usize, len: usize) {
    // SAFETY: the caller's; the contents stay as they are. It is a hint, which need not be heard.
    let _ = unsafe { syscall!(madvise, address, len, MADV_HUGEPAGE) };
}
