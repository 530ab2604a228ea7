//! Memory that the runtime maps while the program runs. A server keeps a list of it, so that what
//! one instance has mapped is unmapped before the next one starts.

use crate::os::{Errno, memory};
use core::{
    hint, ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

/// The most mappings that an instance may have.
const MOST: usize = 1024;

/// A list of mappings.
#[derive(Debug)]
pub struct List {
    count: usize,
    /// The first ones belong to the fresh instance: they stay.
    settled: usize,
    mappings: [(usize, usize); MOST],
}

/// The list of the instance that runs; null: there is none.
static LIST: AtomicPtr<List> = AtomicPtr::new(ptr::null_mut());

/// What a server does in place of [`memory::map`] and [`memory::unmap`]. Only servers refer to it:
/// other programs contain nothing of it except two tests.
struct Listing {
    map: fn(usize) -> Result<usize, Errno>,
    record: fn(usize, usize) -> Result<(), Errno>,
    unmap: unsafe fn(usize, usize) -> Result<(), Errno>,
}

static LISTING: Listing = Listing {
    map: map_listed,
    record: record_listed,
    unmap: unmap_listed,
};

/// [`LISTING`], once there is a list.
static ACTIVE: AtomicPtr<Listing> = AtomicPtr::new(ptr::null_mut());

/// Starts to keep a list.
///
/// # Safety
/// `list` must be valid, all zeros, for the life of the process, which must have one thread.
pub unsafe fn keep(list: *mut List) {
    LIST.store(list, Ordering::Relaxed);
    // If the optimizer knew the only value, all programs would contain the functions.
    let listing = hint::black_box(&raw const LISTING);
    ACTIVE.store(listing.cast_mut(), Ordering::Relaxed);
}

fn listing() -> Option<&'static Listing> {
    // SAFETY: it is null, or a static that does not change.
    unsafe { ACTIVE.load(Ordering::Relaxed).as_ref() }
}

/// Maps zero pages at any address: see [`memory::map`]. `ENOMEM` if an instance has too many
/// mappings.
#[inline(never)] // every table calls it
pub fn map(len: usize) -> Result<usize, Errno> {
    match listing() {
        Some(listing) => (listing.map)(len),
        None => memory::map(len),
    }
}

/// Takes note of memory that was mapped otherwise, and that [`unmap`] unmaps. `ENOMEM` if an
/// instance has too many mappings.
pub fn record(address: usize, len: usize) -> Result<(), Errno> {
    match listing() {
        Some(listing) => (listing.record)(address, len),
        None => Ok(()),
    }
}

/// Unmaps what [`map`] has mapped.
///
/// # Safety
/// Nothing may use the pages.
#[inline(never)] // every table calls it
pub unsafe fn unmap(address: usize, len: usize) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe {
        match listing() {
            Some(listing) => (listing.unmap)(address, len),
            None => memory::unmap(address, len),
        }
    }
}

/// The list, if there is one.
fn list() -> Option<&'static mut List> {
    // SAFETY: `keep` got it for the life of the process, a server has one thread, and each
    // reference ends within a function of this file.
    unsafe { LIST.load(Ordering::Relaxed).as_mut() }
}

/// See [`map`].
fn map_listed(len: usize) -> Result<usize, Errno> {
    let address = memory::map(len)?;
    record_listed(address, len).inspect_err(|_| {
        // SAFETY: it has just been mapped. A failure only wastes memory.
        let _ = unsafe { memory::unmap(address, len) };
    })?;
    Ok(address)
}

/// See [`record`].
fn record_listed(address: usize, len: usize) -> Result<(), Errno> {
    let list = list().ok_or(Errno::ENOMEM)?;
    let place = list.mappings.get_mut(list.count);
    *place.ok_or(Errno::ENOMEM)? = (address, len);
    list.count += 1;
    Ok(())
}

/// # Safety
/// As for [`unmap`].
unsafe fn unmap_listed(address: usize, len: usize) -> Result<(), Errno> {
    match list().is_some_and(|list| list.remove(address)) {
        true => Ok(()),
        // SAFETY: as required of the caller.
        false => unsafe { memory::unmap(address, len) },
    }
}

impl List {
    /// Makes all that is mapped now part of the fresh instance: it stays mapped, whatever an
    /// instance does. Returns it: addresses, and sizes in bytes.
    pub fn settle(&mut self) -> &[(usize, usize)] {
        self.settled = self.count;
        self.used()
    }

    fn used(&mut self) -> &mut [(usize, usize)] {
        self.mappings.get_mut(..self.count).unwrap_or_default()
    }

    /// Removes a mapping from the list; returns whether it stays mapped nevertheless.
    fn remove(&mut self, address: usize) -> bool {
        let mut used = self.used().iter();
        let Some(index) = used.rposition(|mapping| mapping.0 == address) else {
            return false;
        };
        if index < self.settled {
            return true;
        }
        let last = self.count - 1;
        self.used().swap(index, last);
        self.count -= 1;
        false
    }

    /// Unmaps everything that does not belong to the fresh instance.
    ///
    /// # Safety
    /// Nothing may use it.
    pub unsafe fn release(&mut self) {
        let settled = self.settled;
        for &mut (address, len) in self.used().iter_mut().skip(settled) {
            // SAFETY: as required of the caller. A failure only wastes memory.
            let _ = unsafe { memory::unmap(address, len) };
        }
        self.count = settled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_what_was_not_unmapped() {
        let mut list = List {
            count: 0,
            settled: 0,
            mappings: [(0, 0); MOST],
        };
        let mapped = [1000, 2000, 3000].map(|len| (memory::map(len).unwrap(), len));
        list.mappings[..mapped.len()].copy_from_slice(&mapped);
        list.count = mapped.len();
        list.remove(1);
        assert_eq!(list.used(), mapped);
        list.remove(mapped[0].0);
        assert_eq!(list.used(), [mapped[2], mapped[1]]);
        // SAFETY: nothing uses these mappings.
        unsafe {
            memory::unmap(mapped[0].0, mapped[0].1).unwrap();
            list.release();
        }
        assert!(list.used().is_empty());
        list.remove(mapped[1].0);
        assert!(list.used().is_empty());
    }

    #[test]
    fn what_is_settled_stays() {
        let mut list = List {
            count: 2,
            settled: 0,
            mappings: [(0, 0); MOST],
        };
        let mapped = [1000, 2000].map(|len| (memory::map(len).unwrap(), len));
        let [(first, len), second] = mapped;
        list.mappings[..2].copy_from_slice(&mapped);
        list.count = 1;
        assert_eq!(list.settle(), [(first, len)]);
        list.count = 2;
        assert!(list.remove(first));
        // SAFETY: nothing uses these mappings.
        unsafe { list.release() };
        assert_eq!(list.used(), [(first, len)]);
        assert!(!list.remove(second.0));
        // SAFETY: the mapping is still there, and nothing uses it.
        unsafe { memory::unmap(first, len) }.unwrap();
    }
}
