//! A table that assigns the lowest free number and grows on demand.

use crate::{mapped, os::Errno};
use core::{
    cell::{Cell, UnsafeCell},
    ptr,
};
use wasi_aot_abi::MAX_DESCRIPTORS;

/// An entry of a [`Table`].
pub trait Entry: Copy {
    /// A free entry.
    const FREE: Self;

    /// Whether it is [`Entry::FREE`].
    fn is_free(&self) -> bool;
}

/// Entries that need no mapping.
const INLINE: usize = 64;

/// Maps numbers to entries.
pub struct Table<T> {
    inline: UnsafeCell<[T; INLINE]>,
    /// Null while `inline` is in use.
    mapped: Cell<*mut T>,
    /// Number of entries in `mapped`.
    capacity: Cell<usize>,
    /// No lower number is free.
    lowest: Cell<usize>,
    /// Count of numbers in use.
    used: Cell<usize>,
}

// SAFETY: users of a table hold a lock if there are several threads, and signal handlers make no
// host calls.
unsafe impl<T> Sync for Table<T> {}

impl<T: Entry> Table<T> {
    /// An empty table.
    #[expect(clippy::new_without_default, reason = "tables are statics")]
    pub const fn new() -> Self {
        Table {
            inline: UnsafeCell::new([T::FREE; INLINE]),
            mapped: Cell::new(ptr::null_mut()),
            capacity: Cell::new(0),
            lowest: Cell::new(0),
            used: Cell::new(0),
        }
    }

    #[inline(always)]
    fn slot(&self, number: usize) -> Option<*mut T> {
        // A branch instead of a choice between two addresses: the load of the entry then need not
        // wait for the address of the table.
        if !self.mapped.get().is_null() || number >= INLINE {
            return self.mapped_slot(number);
        }
        // SAFETY: the index is within the array.
        Some(unsafe { self.inline.get().cast::<T>().add(number) })
    }

    /// A slot of a table that has grown; or none, for a number that is beyond its size.
    #[cold]
    #[inline(never)]
    fn mapped_slot(&self, number: usize) -> Option<*mut T> {
        if number >= self.capacity.get() {
            return None;
        }
        // SAFETY: the index is below the capacity of the mapping, if there is one.
        Some(unsafe { self.mapped.get().add(number) })
    }

    /// The entry with this number; `None` if the number is beyond the table's size.
    #[inline(always)]
    pub fn read(&self, number: usize) -> Option<T> {
        // SAFETY: slots are always initialised.
        self.slot(number).map(|slot| unsafe { slot.read() })
    }

    /// Changes the entry with this number, which must be in use.
    pub fn write(&self, number: usize, entry: T) {
        if let Some(slot) = self.slot(number) {
            // SAFETY: the slot is within the array, and there are no references into it.
            unsafe { slot.write(entry) }
        }
    }

    /// Assigns the lowest free number to `entry`; `EMFILE` if there are [`MAX_DESCRIPTORS`]
    /// entries.
    #[inline(always)]
    pub fn insert(&self, entry: T) -> Result<usize, Errno> {
        let number = self.lowest.get();
        // The first attempt nearly always succeeds.
        match self.slot(number) {
            // SAFETY: the slot is within the array and initialised, and there are no references
            // into it.
            Some(slot) if unsafe { (*slot).is_free() } => unsafe { slot.write(entry) },
            _ => return self.search(entry),
        }
        self.lowest.set(number + 1);
        self.used.set(self.used.get() + 1);
        Ok(number)
    }

    #[cold]
    #[inline(never)]
    fn search(&self, entry: T) -> Result<usize, Errno> {
        let mut number = self.lowest.get();
        loop {
            match self.read(number) {
                Some(taken) if taken.is_free() => break,
                Some(_) => number += 1,
                None => self.grow()?,
            }
        }
        self.write(number, entry);
        self.lowest.set(number + 1);
        self.used.set(self.used.get() + 1);
        Ok(number)
    }

    /// The count of numbers in use.
    pub fn used(&self) -> usize {
        self.used.get()
    }

    /// Frees a number that is in use.
    pub fn remove(&self, number: usize) {
        self.write(number, T::FREE);
        self.used.set(self.used.get() - 1);
        self.lowest.set(self.lowest.get().min(number));
    }

    /// Grows the table to include this number.
    pub fn reach(&self, number: usize) -> Result<(), Errno> {
        while self.slot(number).is_none() {
            self.grow()?;
        }
        Ok(())
    }

    fn grow(&self) -> Result<(), Errno> {
        let old = self.capacity.get().max(INLINE);
        if old >= MAX_DESCRIPTORS {
            return Err(Errno::EMFILE);
        }
        let size = size_of::<T>();
        let place: *mut T = ptr::with_exposed_provenance_mut(mapped::map(old * 4 * size)?);
        let before = self.mapped.replace(place);
        self.capacity.set(old * 4);
        // SAFETY: the mapping has four times the old capacity, and all old entries are initialised.
        unsafe {
            let entries = if before.is_null() {
                self.inline.get().cast()
            } else {
                before
            };
            ptr::copy_nonoverlapping(entries, place, old);
            for number in old..old * 4 {
                place.add(number).write(T::FREE);
            }
        }
        if before.is_null() {
            return Ok(());
        }
        // SAFETY: it was mapped here with this size, and nothing refers to it any longer.
        unsafe { mapped::unmap(before.expose_provenance(), old * size) }
    }
}
