//! The collector's own tables, beside the heap: where objects start, which words are alive, where they go, and what is still to
//! be marked.
//!
//! The heap is divided into blocks of as many bytes as a card stands for, 64 words.

use super::memory::Memory;
use crate::os::{
    Errno,
    memory::{give_back, reserve, unmap},
};
use wasi_aot_abi::heap::CARD_SHIFT;

/// Bytes of a block.
pub const BLOCK: usize = 1 << CARD_SHIFT;
/// Words of 8 bytes are counted.
const WORD: usize = 8;
const _: () = assert!(BLOCK / WORD == u64::BITS as usize);

/// The smallest object has so many bytes: a header.
const SMALLEST: usize = 8;

/// The largest pages.
const PAGE: usize = 1 << 16;

/// The mark stack is given back if it used more.
const KEPT: usize = 1 << 18;

/// Tables for the addresses from `start` on. Address space is there for the worst case; only what is used is ever touched.
#[derive(Debug)]
pub struct Tables {
    memory: Memory,
    /// First address that they are for.
    start: usize,
    /// For each block a `u32`: the object that its first byte is in.
    crossing: usize,
    /// For each block a `u32`: where the first of its words that are alive goes.
    destinations: usize,
    /// For each word a bit: whether it is alive.
    alive: usize,
    /// `u32`s: objects that were found alive, whose references were not looked at.
    stack: usize,
    /// Bytes of that.
    depth: usize,
    /// The most bytes of that so far.
    deepest: usize,
    mapped: (usize, usize),
}

impl Tables {
    /// Tables for `bytes` bytes from `start` on, both multiples of [`BLOCK`].
    ///
    /// # Errors
    /// The system does not give the address space.
    ///
    /// # Safety
    /// As for [`Memory::new`].
    pub unsafe fn new(start: usize, bytes: usize) -> Result<Self, Errno> {
        let blocks = bytes / BLOCK;
        let sizes = [4 * blocks, 4 * blocks, 8 * blocks, bytes / SMALLEST * 4];
        let all = sizes.iter().map(|size| size.next_multiple_of(PAGE)).sum();
        let at = reserve(all)?;
        let mut next = at;
        let mut table = |index: usize| {
            let at = next;
            next += sizes[index].next_multiple_of(PAGE);
            at
        };
        Ok(Tables {
            // SAFETY: the caller's, and this mapping is ours.
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

    /// Notes where an object is.
    #[inline(always)]
    pub fn note(&self, object: usize, bytes: usize) {
        let mut block = self.block(object + BLOCK - 1);
        let last = self.block(object + bytes - 1);
        while block <= last {
            self.memory.set(self.crossing + 4 * block, object as u32);
            block += 1;
        }
    }

    /// The object that the first byte of a block is in.
    pub fn first(&self, block: usize) -> usize {
        let object: u32 = self.memory.get(self.crossing + 4 * self.block(block));
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

    /// Says that the first word of an object is alive; whether that is new.
    #[inline(always)]
    pub fn mark(&self, object: usize) -> bool {
        let block = self.block(object);
        let (bits, bit) = (self.bits(block), Self::bit(object));
        self.memory.set(self.alive + 8 * block, bits | bit);
        bits & bit == 0
    }

    /// Whether a word is alive.
    #[inline(always)]
    pub fn is_alive(&self, address: usize) -> bool {
        self.bits(self.block(address)) & Self::bit(address) != 0
    }

    /// Says that all words of an object are alive.
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

    /// The first word from `address` on that is alive, or `end`.
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

    /// Decides where the words go that are alive between `from` and `end`: one behind the other, from `to` on. Where the last ends.
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

    /// Where an object goes that is alive.
    #[inline(always)]
    pub fn destination(&self, object: usize) -> usize {
        let block = self.block(object);
        let to: u32 = self.memory.get(self.destinations + 4 * block);
        let before = self.bits(block) & (Self::bit(object) - 1);
        to as usize + before.count_ones() as usize * WORD
    }

    /// Forgets what is alive between `from` and `end`.
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

    /// Gives the stack's memory back, if it is much.
    pub fn trim(&mut self) {
        if self.deepest > KEPT {
            let bytes = self.deepest.next_multiple_of(PAGE);
            // SAFETY: the stack is empty, and has room for so many bytes.
            unsafe { give_back(self.stack, bytes) };
        }
        self.deepest = 0;
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        // SAFETY: nobody else has the mapping.
        let _ = unsafe { unmap(self.mapped.0, self.mapped.1) };
    }
}
