//! Stress mode for tests: every allocation moves everything, poisons the old copies, and checks all
//! references.

use super::{
    collector::{Collector, Roots},
    object::is_address,
    tables::BLOCK,
};
use crate::fatal::bug;
use core::ops::Range;

/// A word that looks like the address of an object, at which there can be none.
const POISON: u64 = 0xffff_fff8_ffff_fff8;

impl Collector {
    /// Enables stress mode.
    pub fn stress(&mut self) {
        let half = (self.end - self.old) / 2 / BLOCK * BLOCK;
        self.end = self.old + half;
        self.other = Some(self.old + half);
        // The part that has not been used is no longer tracked.
        self.unused = usize::MAX;
        self.fit();
    }

    /// Whether every allocation moves everything: never in products.
    #[inline(always)]
    pub(super) fn stressed(&self) -> bool {
        cfg!(any(test, feature = "recovery")) && self.other.is_some()
    }

    /// Continues in the other half of the old space.
    pub(super) fn swap_halves(&mut self) {
        let size = self.end - self.old;
        if let Some(other) = self.other.replace(self.old) {
            (self.old, self.end) = (other, other + size);
        }
    }

    /// Makes old copies unusable.
    pub(super) fn poison(&self, range: Range<usize>) {
        for address in range.step_by(8) {
            self.memory.set(address, POISON);
        }
    }

    /// Checks that all references are to objects. The nursery must be empty.
    pub fn check(&self, roots: &impl Roots) {
        let mut object = self.old;
        while object < self.top {
            if self.objects.number(object) >= self.types {
                bug(b"the heap has an object without a type");
            }
            self.tables.mark(object);
            object += self.objects.size(object, self.objects.ty(object));
        }
        if object != self.top {
            bug(b"the heap does not end where it ends");
        }
        roots.each(|root| self.check_reference(self.memory.get::<u64>(root as usize)));
        let mut object = self.old;
        while object < self.top {
            let ty = self.objects.ty(object);
            self.objects.references(object, ty, |place| {
                self.check_reference(self.memory.get::<u32>(place).into());
            });
            object += self.objects.size(object, ty);
        }
        self.tables.forget(self.old, self.top);
    }

    fn check_reference(&self, word: u64) {
        if word == 0 || !is_address(word) {
            return;
        }
        let inside = (self.old as u64..self.top as u64).contains(&word);
        if !inside || !self.tables.is_alive(word as usize) {
            bug(b"a reference is to no object");
        }
    }
}
