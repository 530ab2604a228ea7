//! Reads and writes at addresses of the heap.

use crate::cpu::prefetch;
use core::ptr;

/// A number that may be at any address with its alignment.
pub trait Word: Copy {}
impl Word for u8 {}
impl Word for u32 {}
impl Word for u64 {}

/// Permission to read and write the heap and the collector's tables by address.
#[derive(Clone, Copy, Debug)]
pub struct Memory(());

impl Memory {
    /// # Safety
    /// The holder may only access addresses of the heap, of the collector's tables and of roots.
    /// All of these must be mapped, and nothing else may use them at the same time. Objects must
    /// refer only to objects, and have correct headers.
    pub unsafe fn new() -> Self {
        Memory(())
    }

    /// The number at an address, which must be aligned.
    #[inline(always)]
    pub fn get<T: Word>(self, address: usize) -> T {
        // SAFETY: `new` requires this.
        unsafe { *(address as *const T) }
    }

    /// Stores a number at an address, which must be aligned.
    #[inline(always)]
    pub fn set<T: Word>(self, address: usize, value: T) {
        // SAFETY: `new` requires this.
        unsafe { *(address as *mut T) = value }
    }

    /// Copies `bytes` bytes, a multiple of 8 and not 0, between ranges that do not overlap, or to a
    /// lower address.
    #[inline(always)]
    pub fn copy(self, from: usize, to: usize, bytes: usize) {
        /// From this size on the library's function is faster.
        const LARGE: usize = 256;
        if bytes >= LARGE {
            // SAFETY: `new` requires this.
            unsafe { ptr::copy(from as *const u8, to as *mut u8, bytes) };
            return;
        }
        let mut offset = 0;
        while offset < bytes {
            self.set::<u64>(to + offset, self.get(from + offset));
            offset += 8;
        }
    }

    /// Sets bytes to 0.
    pub fn zero(self, from: usize, bytes: usize) {
        // SAFETY: `new` requires this.
        unsafe { ptr::write_bytes(from as *mut u8, 0, bytes) }
    }

    /// Sets bytes to 1.
    pub fn ones(self, from: usize, bytes: usize) {
        // SAFETY: `new` requires this.
        unsafe { ptr::write_bytes(from as *mut u8, 1, bytes) }
    }

    /// Hints that an address will soon be read.
    #[inline(always)]
    pub fn expect(self, address: usize) {
        prefetch(address);
    }
}
