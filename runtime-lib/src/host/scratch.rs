//! Memory for the length of one call: on the stack while that is enough, from the system otherwise.

use crate::os::{Errno, memory};
use core::{ptr, slice};

/// Room for values that are all zeros at first. `T` is a type for which zeros are a value.
pub struct Scratch<T: Copy, const INLINE: usize> {
    inline: [T; INLINE],
    mapped: *mut T,
    len: usize,
}

impl<T: Copy, const INLINE: usize> Scratch<T, INLINE> {
    /// Room for `len` values; `zero` is the one of zeros. `ENOMEM` if the system has no more.
    pub fn new(len: usize, zero: T) -> Result<Self, Errno> {
        let mapped = if len > INLINE {
            let bytes = len.checked_mul(size_of::<T>()).ok_or(Errno::ENOMEM)?;
            ptr::with_exposed_provenance_mut(memory::map(bytes)?)
        } else {
            ptr::null_mut()
        };
        Ok(Scratch {
            inline: [zero; INLINE],
            mapped,
            len,
        })
    }

    /// The values.
    pub fn values(&mut self) -> &mut [T] {
        if self.mapped.is_null() {
            return self.inline.get_mut(..self.len).unwrap_or_default();
        }
        // SAFETY: a mapping of this length, which is all zeros at first: a value of each place.
        unsafe { slice::from_raw_parts_mut(self.mapped, self.len) }
    }
}

impl<T: Copy, const INLINE: usize> Drop for Scratch<T, INLINE> {
    fn drop(&mut self) {
        if !self.mapped.is_null() {
            // SAFETY: mapped in `new` with this size; nobody borrows from what is dropped.
            let _ = unsafe {
                memory::unmap(self.mapped.expose_provenance(), self.len * size_of::<T>())
            };
        }
    }
}
