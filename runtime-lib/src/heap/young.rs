//! The collection of the nursery: copies its live objects to the end of the old space, and scans
//! the copies for further live objects (Cheney's algorithm).
//!
//! Objects are live if roots refer to them, or objects of the old space on marked cards.

use super::{
    collector::{Collector, Roots},
    object::is_address,
};
use core::{mem::offset_of, ops::Range};
use wasi_aot_abi::heap::{CARD_SHIFT, Object};

/// The number of bytes that a card represents.
const CARD: usize = 1 << CARD_SHIFT;

/// Offset of a moved object's new address.
const MOVED: usize = offset_of!(Object, mark);

impl Collector {
    /// Moves the live objects of the nursery, whose objects end at `end`. The old space must have
    /// enough free space.
    pub(super) fn promote(&mut self, end: usize, roots: &impl Roots) {
        let before = self.top;
        let young = self.young..end;
        roots.each(|root| {
            let root = root as usize;
            let word: u64 = self.memory.get(root);
            // The comparison uses all 64 bits of the word.
            if is_young(&young, word) {
                let moved = self.evacuate(word as usize);
                self.memory.set(root, moved as u64);
            }
        });
        self.scan_cards(&young, before);
        self.scan_promoted(&young, before);
    }

    /// Moves an object of the nursery, unless it has been moved already; returns its new address.
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

    /// Moves the object to which a reference in an object refers.
    #[inline(always)]
    fn update(&mut self, young: &Range<usize>, place: usize) {
        let word: u32 = self.memory.get(place);
        if is_young(young, word.into()) {
            let moved = self.evacuate(word as usize);
            self.memory.set(place, moved as u32);
        }
    }

    /// Scans the moved objects, including those that this moves.
    fn scan_promoted(&mut self, young: &Range<usize>, from: usize) {
        let objects = self.objects;
        let mut object = from;
        while object < self.top {
            let ty = objects.ty(object);
            objects.references(object, ty, |place| self.update(young, place));
            object += objects.size(object, ty);
        }
    }

    /// Scans the parts of the old space up to `end` whose cards are marked, and clears these cards.
    fn scan_cards(&mut self, young: &Range<usize>, end: usize) {
        /// The number of cards that are examined at once.
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
                        let start = self.old + (card - first) * CARD;
                        self.scan_card(young, start..(start + CARD).min(end));
                    }
                }
            }
            card += CARDS;
        }
    }

    /// Scans the structures that start in a card's `range`, and the elements of arrays within it.
    fn scan_card(&mut self, young: &Range<usize>, range: Range<usize>) {
        let objects = self.objects;
        let mut object = self.tables.first(range.start);
        while object < range.end {
            let ty = objects.ty(object);
            objects.references_in(object, ty, &range, |place| self.update(young, place));
            object += objects.size(object, ty);
        }
    }
}

/// Whether a word is the address of an object in the nursery.
#[inline(always)]
fn is_young(young: &Range<usize>, word: u64) -> bool {
    (word as usize).wrapping_sub(young.start) < young.end - young.start && is_address(word)
}
