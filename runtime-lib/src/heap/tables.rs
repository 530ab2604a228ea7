//! The collector's tables, outside the heap: where objects start, which words are live, their new
//! addresses, and the objects still to be marked.
//!
//! The heap is divided into blocks of 64 words.

use super::raw::Memory;
use crate::{
    mapped,
    os::{
        Errno,
        memory::{give_back, reserve},
    },
};

/// Size of a word in bytes.
const WORD: usize = 8;
/// Size of a block in bytes.
pub const BLOCK: usize = 64 * WORD;

/// Size of the smallest object in bytes: a header.
const SMALLEST: usize = 8;

/// The largest page size.
const PAGE: usize = 1 << 16;

/// The mark stack's memory is returned to the system if it used more than this.
const KEPT: usize = 1 << 18;

/// Tables for the addresses from `start` on. Address space is reserved for the worst case; only the
/// parts in use are ever touched.
#[derive(Debug)]
pub struct Tables {
    memory: Memory,
    /// First address that they cover.
    start: usize,
    /// A `u32` for each block: the object that contains its first byte.
    crossing: usize,
    /// A `u32` for each block: the new address of its first live word.
    destinations: usize,
    /// A bit for each word: whether it is live.
    alive: usize,
    /// `u32`s: live objects whose references have not been followed yet.
    stack: usize,
    /// Size of this stack in bytes.
    depth: usize,
    /// Its maximum size so far.
    deepest: usize,
    mapped: (usize, usize),
}

impl Tables {
    /// Tables for `bytes` bytes from `start` on, both multiples of [`BLOCK`].
    ///
    /// # Errors
    /// The system refuses the address space.
    ///
    /// # Safety
    /// As for [`Memory::new`].
    pub unsafe fn new(start: usize, bytes: usize) -> Result<Self, Errno> {
        let blocks = bytes / BLOCK;
        let sizes = [4 * blocks, 4 * blocks, 8 * blocks, bytes / SMALLEST * 4];
        let all = sizes.iter().map(|size| size.next_multiple_of(PAGE)).sum();
        let at = reserve(all)?;
        mapped::record(at, all)?;
        let mut next = at;
        let mut table = |index: usize| {
            let at = next;
            next += sizes[index].next_multiple_of(PAGE);
            at
        };
        Ok(Tables {
            // SAFETY: as required of the caller, and this mapping has no other owner.
            memory: unsafe { Memory::new() },
            start,
            crossing: table(0),
            destinations: table(1),
            alive: table(2),
            stack: table(3),
            depth: 0,
            deepest: 0,
            mapped: (at, all),
        })
    }

    #[inline(always)]
    fn block(&self, address: usize) -> usize {
        (address - self.start) / BLOCK
    }

    /// Records the location of an object.
    #[inline(always)]
    pub fn note(&self, object: usize, bytes: usize) {
        let mut block = self.block(object + BLOCK - 1);
        let last = self.block(object + bytes - 1);
        while block <= last {
            self.memory.set(self.crossing + 4 * block, object as u32);
            block += 1;
        }
    }

    /// The object that contains the first byte of the block with this address.
    pub fn first(&self, address: usize) -> usize {
        let object: u32 = self.memory.get(self.crossing + 4 * self.block(address));
        object as usize
    }

    #[inline(always)]
    fn bits(&self, block: usize) -> u64 {
        self.memory.get(self.alive + 8 * block)
    }

    #[inline(always)]
    fn bit(address: usize) -> u64 {
        1 << (address / WORD % 64)
    }

    /// Marks the first word of an object as live; returns whether it was not marked yet.
    #[inline(always)]
    pub fn mark(&self, object: usize) -> bool {
        let block = self.block(object);
        let (bits, bit) = (self.bits(block), Self::bit(object));
        self.memory.set(self.alive + 8 * block, bits | bit);
        bits & bit == 0
    }

    /// Whether a word is live.
    #[inline(always)]
    pub fn is_alive(&self, address: usize) -> bool {
        self.bits(self.block(address)) & Self::bit(address) != 0
    }

    /// Marks all words of an object as live.
    #[inline(always)]
    pub fn mark_all(&self, object: usize, bytes: usize) {
        let (first, last) = (self.block(object), self.block(object + bytes - 1));
        let from = !(Self::bit(object) - 1);
        let to = u64::MAX >> (63 - (object + bytes - 1) / WORD % 64);
        let or = |block, bits| {
            self.memory
                .set(self.alive + 8 * block, self.bits(block) | bits)
        };
        if first == last {
            or(first, from & to);
            return;
        }
        or(first, from);
        for block in first + 1..last {
            or(block, u64::MAX);
        }
        or(last, to);
    }

    /// The first live word from `address` on, or `end`.
    #[inline(always)]
    pub fn next_alive(&self, address: usize, end: usize) -> usize {
        if address >= end {
            return end;
        }
        let (mut block, last) = (self.block(address), self.block(end - 1));
        let mut bits = self.bits(block) & !(Self::bit(address) - 1);
        while bits == 0 {
            block += 1;
            if block > last {
                return end;
            }
            bits = self.bits(block);
        }
        self.start + block * BLOCK + bits.trailing_zeros() as usize * WORD
    }

    /// Decides the new addresses of the live words between `from` and `end`: consecutively, from
    /// `to` on. Returns the end of the last one.
    pub fn plan(&self, from: usize, end: usize, to: usize) -> usize {
        let mut next = to;
        if from < end {
            for block in self.block(from)..=self.block(end - 1) {
                self.memory.set(self.destinations + 4 * block, next as u32);
                next += self.bits(block).count_ones() as usize * WORD;
            }
        }
        next
    }

    /// The new address of a live object.
    #[inline(always)]
    pub fn destination(&self, object: usize) -> usize {
        let block = self.block(object);
        let to: u32 = self.memory.get(self.destinations + 4 * block);
        let before = self.bits(block) & (Self::bit(object) - 1);
        to as usize + before.count_ones() as usize * WORD
    }

    /// Clears the marks between `from` and `end`.
    pub fn forget(&self, from: usize, end: usize) {
        if from < end {
            let (first, last) = (self.block(from), self.block(end - 1));
            self.memory
                .zero(self.alive + 8 * first, 8 * (last + 1 - first));
        }
    }

    /// Puts an object on the stack.
    #[inline(always)]
    pub fn push(&mut self, object: usize) {
        self.memory.set(self.stack + self.depth, object as u32);
        self.depth += 4;
    }

    /// Takes an object off the stack.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<usize> {
        if self.depth == 0 {
            return None;
        }
        self.deepest = self.deepest.max(self.depth);
        self.depth -= 4;
        let object: u32 = self.memory.get(self.stack + self.depth);
        Some(object as usize)
    }

    /// Returns the stack's memory to the system, if it is large.
    pub fn trim(&mut self) {
        if self.deepest > KEPT {
            let bytes = self.deepest.next_multiple_of(PAGE);
            // SAFETY: the stack is empty, and its memory has at least this size.
            unsafe { give_back(self.stack, bytes) };
        }
        self.deepest = 0;
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        // SAFETY: the mapping has no other owner.
        let _ = unsafe { mapped::unmap(self.mapped.0, self.mapped.1) };
    }
}
