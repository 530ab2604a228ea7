//! A growable list for the single thread of a component.

use crate::{mapped, os::Errno};
use core::{
    cell::{Cell, UnsafeCell},
    ptr,
};

/// Values of `T`, for which all zeros must be valid; the first `N` need no mapping.
pub struct List<T, const N: usize> {
    inline: UnsafeCell<[T; N]>,
    /// Null while `inline` is in use.
    mapped: Cell<*mut T>,
    /// Capacity of `mapped`.
    capacity: Cell<usize>,
    len: Cell<usize>,
}

// SAFETY: a component has one thread, and signal handlers do not make host calls.
unsafe impl<T, const N: usize> Sync for List<T, N> {}

impl<T: Copy, const N: usize> List<T, N> {
    /// An empty list; `fill` is not read.
    pub const fn new(fill: T) -> Self {
        List {
            inline: UnsafeCell::new([fill; N]),
            mapped: Cell::new(ptr::null_mut()),
            capacity: Cell::new(N),
            len: Cell::new(0),
        }
    }

    fn first(&self) -> *mut T {
        match self.mapped.get() {
            mapped if mapped.is_null() => self.inline.get().cast(),
            mapped => mapped,
        }
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Appends a value; `ENOMEM` if the system has no more memory, or the list is full.
    pub fn push(&self, value: T) -> Result<(), Errno> {
        let len = self.len.get();
        if len == self.capacity.get() {
            self.grow()?;
        }
        // SAFETY: the index is below the capacity.
        unsafe { self.first().add(len).write(value) };
        self.len.set(len + 1);
        Ok(())
    }

    /// Removes the last value.
    pub fn pop(&self) -> Option<T> {
        let last = self.len.get().checked_sub(1)?;
        self.len.set(last);
        // SAFETY: the value was in use.
        Some(unsafe { self.first().add(last).read() })
    }

    /// Changes the value at an index.
    pub fn update(&self, position: usize, change: impl FnOnce(&mut T)) {
        if position < self.len.get() {
            // SAFETY: the value is in use, and `change` cannot access the list.
            change(unsafe { &mut *self.first().add(position) });
        }
    }

    fn grow(&self) -> Result<(), Errno> {
        /// A limit, because the program controls the length.
        const MOST: usize = 1 << 20;
        if self.capacity.get() >= MOST {
            return Err(Errno::ENOMEM);
        }
        let (before, capacity) = (self.first(), self.capacity.get());
        let mapped = grown(before, capacity, capacity * 4)?;
        if !self.mapped.replace(mapped).is_null() {
            // SAFETY: nothing refers to it any longer.
            unsafe { give_back(before, capacity) }?;
        }
        self.capacity.set(capacity * 4);
        Ok(())
    }
}

/// Maps memory for `capacity` values, zero except for copies of the `len` values at `before`.
pub fn grown<T: Copy>(before: *const T, len: usize, capacity: usize) -> Result<*mut T, Errno> {
    let place: *mut T = ptr::with_exposed_provenance_mut(mapped::map(capacity * size_of::<T>())?);
    for position in 0..len {
        // SAFETY: both hold at least this number of values.
        unsafe { place.add(position).write(before.add(position).read()) };
    }
    Ok(place)
}

/// Unmaps memory that [`grown`] mapped for `capacity` values.
///
/// # Safety
/// Nothing may use it afterwards.
pub unsafe fn give_back<T>(place: *mut T, capacity: usize) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe { mapped::unmap(place.expose_provenance(), capacity * size_of::<T>()) }
}
