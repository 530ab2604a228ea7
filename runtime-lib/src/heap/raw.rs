//! The addresses of the heap, read and written.

use crate::cpu::prefetch;
use core::ptr;

/// A plain number of any alignment that it needs.
pub trait Word: Copy {}
impl Word for u8 {}
impl Word for u32 {}
impl Word for u64 {}

/// The right to read and write the heap and the collector's tables by address.
#[derive(Clone, Copy, Debug)]
pub struct Memory(());

impl Memory {
    /// # Safety
    /// Whoever holds it only names addresses of the heap, of the collector's tables and of roots, all of them mapped, and nobody
    /// else uses them meanwhile. Objects refer to objects only, and their headers are right.
    pub unsafe fn new() -> Self {
        Memory(())
    }

    /// The number at an address, which is a multiple of its size.
    #[inline(always)]
    pub fn get<T: Word>(self, address: usize) -> T {
        // SAFETY: as `new` demands.
        unsafe { *(address as *const T) }
    }

    /// Stores a number at an address, which is a multiple of its size.
    #[inline(always)]
    pub fn set<T: Word>(self, address: usize, value: T) {
        // SAFETY: as `new` demands.
        unsafe { *(address as *mut T) = value }
    }

    /// Copies `bytes` bytes, a multiple of 8 and not 0, between places that do not overlap, or downwards.
    #[inline(always)]
    pub fn copy(self, from: usize, to: usize, bytes: usize) {
        /// From here on the function for it is faster.
        const LARGE: usize = 256;
        if bytes >= LARGE {
            // SAFETY: as `new` demands.
            unsafe { ptr::copy(from as *const u8, to as *mut u8, bytes) };
            return;
        }
        let mut offset = 0;
        while offset < bytes {
            self.set::<u64>(to + offset, self.get(from + offset));
            offset += 8;
        }
    }

    /// Makes bytes zero.
    pub fn zero(self, from: usize, bytes: usize) {
        // SAFETY: as `new` demands.
        unsafe { ptr::write_bytes(from as *mut u8, 0, bytes) }
    }

    /// Sets bytes to 1.
    pub fn ones(self, from: usize, bytes: usize) {
        // SAFETY: as `new` demands.
        unsafe { ptr::write_bytes(from as *mut u8, 1, bytes) }
    }

    /// Says that an address will soon be read.
    #[inline(always)]
    pub fn expect(self, address: usize) {
        prefetch(address);
    }
}
