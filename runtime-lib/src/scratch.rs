//! Memory for the duration of one call: on the stack if it is small, otherwise mapped.

use crate::{mapped, os::Errno};
use core::{mem::MaybeUninit, ptr, slice};

/// A buffer for values, which are pushed one by one.
pub struct Scratch<T: Copy, const INLINE: usize> {
    inline: [MaybeUninit<T>; INLINE],
    /// Null while `inline` is in use.
    mapped: *mut MaybeUninit<T>,
    room: usize,
    used: usize,
}

impl<T: Copy, const INLINE: usize> Scratch<T, INLINE> {
    /// A buffer for `room` values; `ENOMEM` if the system has no more memory.
    pub fn new(room: usize) -> Result<Self, Errno> {
        let mapped = if room > INLINE {
            let bytes = room.checked_mul(size_of::<T>()).ok_or(Errno::ENOMEM)?;
            ptr::with_exposed_provenance_mut(mapped::map(bytes)?)
        } else {
            ptr::null_mut()
        };
        Ok(Scratch {
            inline: [const { MaybeUninit::uninit() }; INLINE],
            mapped,
            room,
            used: 0,
        })
    }

    fn first(&mut self) -> *mut MaybeUninit<T> {
        if self.mapped.is_null() {
            self.inline.as_mut_ptr()
        } else {
            self.mapped
        }
    }

    /// Adds a value, which is lost if the buffer is full.
    pub fn push(&mut self, value: T) {
        if self.used < self.room {
            let place = self.first().wrapping_add(self.used);
            // SAFETY: the index is below the capacity.
            unsafe { place.write(MaybeUninit::new(value)) };
            self.used += 1;
        }
    }

    /// The values.
    pub fn values(&mut self) -> &mut [T] {
        let used = self.used;
        // SAFETY: this number of values has been pushed.
        unsafe { slice::from_raw_parts_mut(self.first().cast(), used) }
    }
}

impl<T: Copy, const INLINE: usize> Drop for Scratch<T, INLINE> {
    fn drop(&mut self) {
        if !self.mapped.is_null() {
            let bytes = self.room * size_of::<T>();
            // SAFETY: `new` mapped it with this size, and there are no references to a value being
            // dropped.
            let _ = unsafe { mapped::unmap(self.mapped.expose_provenance(), bytes) };
        }
    }
}
