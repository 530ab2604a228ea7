//! The collection of the nursery: what is alive in it is copied to the end of the old space, and what was copied is then
//! looked through for more (Cheney's algorithm).
//!
//! Alive is what roots refer to, and objects of the old space: those whose cards are set.

use super::{
    collector::{Collector, Roots},
    object::is_address,
    tables::BLOCK,
};
use core::{mem::offset_of, ops::Range};
use wasi_aot_abi::heap::Object;

/// Where an object that was moved says where to.
const MOVED: usize = offset_of!(Object, mark);

impl Collector {
    /// Moves what is alive of the nursery, whose objects end at `end`. The old space has room for all of it.
    pub(super) fn promote(&mut self, end: usize, roots: &impl Roots) {
        let before = self.top;
        let young = self.young..end;
        roots.each(|root| {
            let root = root as usize;
            let word: u64 = self.memory.get(root);
            // What is larger than an address of the nursery stays so.
            if is_young(&young, word) {
                let moved = self.evacuate(word as usize);
                self.memory.set(root, moved as u64);
            }
        });
        self.scan_cards(&young, before);
        self.scan_promoted(&young, before);
    }

    /// Moves an object of the nursery, unless it has been; where to.
    #[inline(always)]
    fn evacuate(&mut self, object: usize) -> usize {
        let moved: u32 = self.memory.get(object + MOVED);
        if moved != 0 {
            return moved as usize;
        }
        let ty = self.objects.ty(object);
        let bytes = self.objects.size(object, ty);
        let to = self.top;
        self.top = to + bytes;
        self.memory.copy(object, to, bytes);
        self.memory.set(object + MOVED, to as u32);
        self.tables.note(to, bytes);
        to
    }

    /// Moves what a reference in an object refers to.
    #[inline(always)]
    fn update(&mut self, young: &Range<usize>, place: usize) {
        let word: u32 = self.memory.get(place);
        if is_young(young, word.into()) {
            let moved = self.evacuate(word as usize);
            self.memory.set(place, moved as u32);
        }
    }

    /// Looks through the objects that were moved, and those that are moved for them.
    fn scan_promoted(&mut self, young: &Range<usize>, from: usize) {
        let objects = self.objects;
        let mut object = from;
        while object < self.top {
            let ty = objects.ty(object);
            objects.references(object, ty, |place| self.update(young, place));
            object += objects.size(object, ty);
        }
    }

    /// Looks through the places of the old space up to `end` whose cards are set, and clears these.
    fn scan_cards(&mut self, young: &Range<usize>, end: usize) {
        /// Cards that are looked at at once.
        const CARDS: usize = 8;
        if end == self.old {
            return;
        }
        let (first, last) = (self.card(self.old), self.card(end - 1));
        let mut card = first / CARDS * CARDS;
        while card <= last {
            let set: u64 = self.memory.get(card);
            if set != 0 {
                for card in (card..card + CARDS).filter(|card| (first..=last).contains(card)) {
                    if self.memory.get::<u8>(card) != 0 {
                        self.memory.set(card, 0u8);
                        let block = self.old / BLOCK + (card - first);
                        self.scan_block(young, block * BLOCK, end);
                    }
                }
            }
            card += CARDS;
        }
    }

    /// Looks through the structures that start in a block, and the elements of arrays that are in it.
    fn scan_block(&mut self, young: &Range<usize>, block: usize, end: usize) {
        let objects = self.objects;
        let range = block..(block + BLOCK).min(end);
        let mut object = self.tables.first(block);
        while object < range.end {
            let ty = objects.ty(object);
            objects.references_in(object, ty, &range, |place| self.update(young, place));
            object += objects.size(object, ty);
        }
    }
}

/// Whether a word is the address of an object of the nursery.
#[inline(always)]
fn is_young(young: &Range<usize>, word: u64) -> bool {
    (word as usize).wrapping_sub(young.start) < young.end - young.start && is_address(word)
}
