//! Memory for the objects of a request, whose sizes the program determines: blocks whose sizes are
//! powers of two, from chunks that are mapped on demand. Everything is mapped here, and the sum is
//! bounded.

use crate::{mapped, os::Errno};
use core::{
    cell::{Cell, UnsafeCell},
    ptr, slice,
};

/// The logarithms of the smallest and the largest size of a block.
const SMALLEST: u32 = 6;
const LARGEST: u32 = 22;

/// Bytes of a chunk: of the first ones, and of those that follow if much memory is needed. A larger
/// block is mapped alone; if it is larger than both, it is unmapped when it is free.
const CHUNK: usize = 1 << 16;
const LARGE_CHUNK: usize = 1 << 20;

/// The maximum of mapped bytes.
const MOST: usize = 64 << 20;

/// Bytes of the first chunk, which needs no mapping.
const FIRST_CHUNK: usize = 1 << 14;

#[repr(C, align(64))]
struct First(UnsafeCell<[u8; FIRST_CHUNK]>);

// SAFETY: as for `Arena`.
unsafe impl Sync for First {}

static FIRST: First = First(UnsafeCell::new([0; FIRST_CHUNK]));

/// The state, all of which is zero at first: its memory is part of no file.
struct Arena {
    /// The first free block of each size; a free block begins with the address of the next.
    free: [Cell<*mut u8>; (LARGEST - SMALLEST + 1) as usize],
    /// The unused part of the current chunk: its address, and its size in bytes.
    rest: Cell<*mut u8>,
    room: Cell<usize>,
    /// The sum of all chunks, in bytes.
    mapped: Cell<usize>,
    /// Whether the first chunk is in use.
    started: Cell<bool>,
}

// SAFETY: only components use it, and they have one thread.
unsafe impl Sync for Arena {}

static ARENA: Arena = Arena {
    free: [const { Cell::new(ptr::null_mut()) }; (LARGEST - SMALLEST + 1) as usize],
    rest: Cell::new(ptr::null_mut()),
    room: Cell::new(0),
    mapped: Cell::new(0),
    started: Cell::new(false),
};

impl Arena {
    /// A block of `1 << size` bytes with arbitrary contents; `ENOMEM` above [`MOST`].
    fn take(&self, size: u32) -> Result<*mut u8, Errno> {
        let free = self.list(size).ok_or(Errno::ENOMEM)?;
        let first = free.get();
        if !first.is_null() {
            // SAFETY: free blocks begin with the address of the next.
            free.set(unsafe { first.cast::<*mut u8>().read() });
            return Ok(first);
        }
        let bytes = 1 << size;
        if !self.started.replace(true) {
            self.rest.set(FIRST.0.get().cast());
            self.room.set(FIRST_CHUNK);
        }
        let next = match self.mapped.get() {
            ..LARGE_CHUNK => CHUNK,
            _ => LARGE_CHUNK,
        };
        if self.room.get() < bytes {
            if bytes > next {
                return self.map(bytes);
            }
            let chunk = self.map(next)?;
            self.keep_rest();
            self.rest.set(chunk);
            self.room.set(next);
        }
        Ok(self.cut(bytes))
    }

    /// Takes bytes from the rest of the chunk, which has as many.
    fn cut(&self, bytes: usize) -> *mut u8 {
        let block = self.rest.get();
        self.rest.set(block.wrapping_add(bytes));
        self.room.set(self.room.get() - bytes);
        block
    }

    /// Makes free blocks of the rest of the chunk.
    fn keep_rest(&self) {
        while let Some(size) = self.room.get().checked_ilog2() {
            self.give(self.cut(1 << size), size);
        }
    }

    /// Makes a block free. Nothing may use it afterwards.
    fn give(&self, block: *mut u8, size: u32) {
        let bytes = 1 << size;
        if bytes > LARGE_CHUNK {
            // SAFETY: it was mapped alone, and is in no use.
            if unsafe { mapped::unmap(block.expose_provenance(), bytes) }.is_ok() {
                self.mapped.set(self.mapped.get() - bytes);
            }
        } else if let Some(free) = self.list(size) {
            // SAFETY: the block is in no use, and has room for an address.
            unsafe { block.cast::<*mut u8>().write(free.get()) };
            free.set(block);
        }
    }

    fn list(&self, size: u32) -> Option<&Cell<*mut u8>> {
        self.free.get(size.checked_sub(SMALLEST)? as usize)
    }

    fn map(&self, bytes: usize) -> Result<*mut u8, Errno> {
        let mapped = self.mapped.get() + bytes;
        if mapped > MOST {
            return Err(Errno::ENOMEM);
        }
        let address = mapped::map(bytes)?;
        self.mapped.set(mapped);
        Ok(ptr::with_exposed_provenance_mut(address))
    }
}

/// Bytes in a block, which grows by doubling. It is plain data, as entries of tables are: of all
/// copies only the last may be changed, and it must be released once.
#[derive(Clone, Copy, Debug)]
pub struct Vector {
    /// Null: there is no block.
    block: *mut u8,
    len: u32,
    /// The logarithm of the block's size.
    size: u32,
}

impl Vector {
    /// No bytes.
    pub const EMPTY: Vector = Vector {
        block: ptr::null_mut(),
        len: 0,
        size: 0,
    };

    /// A copy of these bytes; `ENOMEM` if there is no room.
    pub fn of(bytes: &[u8]) -> Result<Vector, Errno> {
        let mut vector = Vector::EMPTY;
        vector.extend(bytes)?;
        Ok(vector)
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        if self.block.is_null() {
            return &[];
        }
        // SAFETY: the first bytes of the block are initialised, and the block lives until it is
        // released, which the owner of the last copy does not do meanwhile.
        unsafe { slice::from_raw_parts(self.block, self.len as usize) }
    }

    /// Adds bytes at the end; without any change `ENOMEM` if there is no room.
    pub fn extend(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        let room = self.grow(bytes.len())?;
        room.copy_from_slice(bytes);
        Ok(())
    }

    /// Adds zeros at the end, and returns them to be changed; `ENOMEM` if there is no room.
    pub fn grow(&mut self, more: usize) -> Result<&mut [u8], Errno> {
        let len = self.len().checked_add(more).ok_or(Errno::ENOMEM)?;
        if len == 0 {
            return Ok(&mut []);
        }
        self.reserve(len)?;
        // SAFETY: the block has at least `len` bytes, and nothing refers to those past the end.
        let room = unsafe {
            let end = self.block.add(self.len as usize);
            end.write_bytes(0, more);
            slice::from_raw_parts_mut(end, more)
        };
        self.len = len as u32;
        Ok(room)
    }

    /// Moves to a block of at least `bytes`, more than 0.
    fn reserve(&mut self, bytes: usize) -> Result<(), Errno> {
        if !self.block.is_null() && bytes <= 1 << self.size {
            return Ok(());
        }
        let power = bytes.checked_next_power_of_two().ok_or(Errno::ENOMEM)?;
        let size = power.ilog2().max(SMALLEST);
        let block = ARENA.take(size)?;
        // SAFETY: both blocks have this number of bytes, and they are different blocks.
        unsafe { block.copy_from_nonoverlapping(self.bytes().as_ptr(), self.len()) };
        let len = self.len;
        self.release();
        *self = Vector { block, len, size };
        Ok(())
    }

    /// Moves bytes within it, towards its beginning or its end. All must be within.
    pub fn copy_within(&mut self, from: usize, to: usize, bytes: usize) {
        let end = from.max(to).checked_add(bytes);
        if end.is_some_and(|end| end <= self.len()) && from != to {
            // SAFETY: both ranges are within the block.
            unsafe { ptr::copy(self.block.add(from), self.block.add(to), bytes) };
        }
    }

    /// Removes bytes at the end, so that at most `len` remain.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len().min(len) as u32;
    }

    /// Makes its block free. No copy may be used afterwards.
    pub fn release(self) {
        if !self.block.is_null() {
            ARENA.give(self.block, self.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::ONE_AT_A_TIME;
    use std::vec::Vec;

    fn alone() -> std::sync::MutexGuard<'static, ()> {
        ONE_AT_A_TIME
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    #[test]
    fn vectors_grow_and_shrink() {
        let _alone = alone();
        let mut vector = Vector::EMPTY;
        let mut expected = Vec::new();
        for round in 0..2000usize {
            let bytes = std::vec![round as u8; round % 37];
            vector.extend(&bytes).unwrap();
            expected.extend_from_slice(&bytes);
            if round % 5 == 0 && expected.len() > 20 {
                vector.copy_within(17, 3, expected.len() - 17);
                vector.truncate(expected.len() - 14);
                expected.drain(3..17);
            }
            assert_eq!(vector.bytes(), expected);
        }
        vector.copy_within(5, 0, 1_000_000);
        vector.truncate(1_000_000);
        assert_eq!(vector.bytes(), expected);
        assert_eq!(vector.grow(3).unwrap(), [0; 3]);
        vector.release();
        assert_eq!(Vector::of(b"").unwrap().len(), 0);
    }

    #[test]
    fn blocks_are_used_again_and_bounded() {
        let _alone = alone();
        let before = ARENA.mapped.get();
        for round in 0..10_000 {
            Vector::of(&[7; 3000][..round % 3000]).unwrap().release();
        }
        assert!(ARENA.mapped.get() - before <= LARGE_CHUNK + CHUNK);
        let large: Vec<Vector> = core::iter::from_fn(|| {
            let mut vector = Vector::EMPTY;
            vector.grow(1 << LARGEST).ok()?;
            Some(vector)
        })
        .collect();
        assert!(large.len() <= MOST >> LARGEST && large.len() >= 10);
        let mut other = Vector::EMPTY;
        assert_eq!(other.grow((1 << LARGEST) + 1), Err(Errno::ENOMEM));
        large.into_iter().for_each(Vector::release);
        assert!(ARENA.mapped.get() - before <= LARGE_CHUNK + CHUNK);
        assert!(other.grow(1 << LARGEST).is_ok());
        other.release();
    }
}
