//! The collection of the old space: marks live objects, then compacts them in order. The nursery is
//! empty at that time.

use super::{
    collector::{Collector, Roots},
    object::is_address,
};
use core::ops::Range;

/// The number of objects that are prefetched at once during marking.
const AHEAD: usize = 8;

impl Collector {
    /// Marks live objects and compacts them.
    pub(super) fn collect_old(&mut self, roots: &impl Roots) {
        let space = self.old..self.top;
        self.mark(&space, roots);
        let to = self.other.filter(|_| self.stressed()).unwrap_or(self.old);
        let top = self.tables.plan(space.start, space.end, to);
        roots.each(|root| {
            let root = root as usize;
            let word: u64 = self.memory.get(root);
            if refers(&space, word) {
                let moved = self.tables.destination(word as usize);
                self.memory.set(root, moved as u64);
            }
        });
        self.move_together(&space);
        self.tables.forget(space.start, space.end);
        self.tables.trim();
        self.top = top;
    }

    /// Marks all live objects.
    fn mark(&mut self, space: &Range<usize>, roots: &impl Roots) {
        let (memory, objects, tables) = (self.memory, self.objects, &mut self.tables);
        roots.each(|root| {
            let word: u64 = memory.get(root as usize);
            if refers(space, word) && tables.mark(word as usize) {
                tables.push(word as usize);
            }
        });
        // Prefetched objects wait in a ring until they have arrived from memory.
        let mut ring = [0; AHEAD];
        let mut at = 0;
        let mut waiting = 0;
        loop {
            let next = tables.pop().unwrap_or(0);
            memory.expect(next);
            let object = core::mem::replace(&mut ring[at % AHEAD], next);
            at += 1;
            if next != 0 {
                waiting = AHEAD;
            } else if waiting == 0 {
                return;
            } else {
                waiting -= 1;
            }
            if object == 0 {
                continue;
            }
            let ty = objects.ty(object);
            tables.mark_all(object, objects.size(object, ty));
            objects.references(object, ty, |place| {
                let word: u32 = memory.get(place);
                if refers(space, word.into()) && tables.mark(word as usize) {
                    tables.push(word as usize);
                }
            });
        }
    }

    /// Moves live objects to their planned addresses, and updates their references.
    fn move_together(&mut self, space: &Range<usize>) {
        let (memory, objects, tables) = (self.memory, self.objects, &self.tables);
        let mut object = tables.next_alive(space.start, space.end);
        if object == space.end {
            return;
        }
        let mut to = tables.destination(object);
        while object < space.end {
            let ty = objects.ty(object);
            let bytes = objects.size(object, ty);
            objects.references(object, ty, |place| {
                let word: u32 = memory.get(place);
                if refers(space, word.into()) {
                    memory.set(place, tables.destination(word as usize) as u32);
                }
            });
            if object != to {
                memory.copy(object, to, bytes);
                tables.note(to, bytes);
            }
            to += bytes;
            object = tables.next_alive(object + bytes, space.end);
        }
    }
}

/// Whether a word is the address of an object in this space.
#[inline(always)]
fn refers(space: &Range<usize>, word: u64) -> bool {
    (word as usize).wrapping_sub(space.start) < space.end - space.start && is_address(word)
}
