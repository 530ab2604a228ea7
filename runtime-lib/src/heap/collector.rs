//! The heap's two spaces, and when which of them is collected.
//!
//! Objects are made in the nursery, by moving a pointer. When it is full, those that are alive move to the old space, behind
//! each other (`young`); when that has grown enough, those that are alive in it move together (`old`).

use super::{memory::Memory, object::Objects, tables::Tables};
use crate::os::{Errno, memory::give_back};
use wasi_aot_abi::heap::{CARD_SHIFT, Free, Heap, most};

/// The nursery of a large heap, in bytes: what the cache next to a core holds.
const NURSERY: usize = 1 << 20;
/// The nursery is at most this part of the heap.
const NURSERY_PART: usize = 16;
/// Objects that are larger than this part of the nursery are made in the old space.
const LARGE_PART: usize = 8;
/// So much of the nursery is made ready at once: it is in the innermost cache then.
const WINDOW: usize = 32 << 10;
/// The old space is collected when it has grown by this factor, …
const GROWTH: usize = 2;
/// … but not before it has grown by so many bytes.
const LEAST_GROWTH: usize = 32 << 20;
/// Memory above what the old space may grow to is given back if it is more than this.
const SLACK: usize = 16 << 20;
/// The largest pages.
const PAGE: usize = 1 << 16;

/// Words outside of the heap that refer to objects.
pub trait Roots {
    /// Calls `visit` with each.
    fn each(&self, visit: impl FnMut(*mut u64));
}

/// There is no room for what is alive and a new object.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

/// The heap of a program while it runs.
#[derive(Debug)]
pub struct Collector {
    pub(super) memory: Memory,
    pub(super) objects: Objects,
    pub(super) tables: Tables,
    /// What is added to an address, shifted by [`CARD_SHIFT`], to have that of its card.
    cards: usize,
    /// First address of the nursery.
    pub(super) young: usize,
    /// Bytes that the nursery may have.
    young_most: usize,
    /// Bytes that it has now: not more than the old space has room for.
    young_size: usize,
    /// Where memory of the nursery begins that nobody has used so far.
    young_unused: usize,
    /// First address of the old space.
    pub(super) old: usize,
    /// Where its objects end.
    pub(super) top: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Where memory begins that nobody has used so far: it is zero.
    pub(super) unused: usize,
    /// The old space is collected when `top` is beyond.
    threshold: usize,
    /// Where the other half of the old space is, if everything moves at every allocation (`stress`).
    pub(super) other: Option<usize>,
    /// Number of types.
    pub(super) types: u32,
}

impl Collector {
    /// The collector of a heap without objects, whose address space is mapped. Objects may take `limit` bytes.
    ///
    /// # Errors
    /// The system does not give the address space for its tables.
    ///
    /// # Safety
    /// The heap's memory is nobody else's; objects are made as `allocate` wants it.
    pub unsafe fn new(heap: &Heap, limit: u64) -> Result<Self, Errno> {
        // SAFETY: the caller's.
        let memory = unsafe { Memory::new() };
        let start = heap.base as usize + (heap.reserved - most(heap.reserved)) as usize;
        let limit = limit as usize / PAGE * PAGE;
        let nursery = (limit / NURSERY_PART).next_multiple_of(PAGE).min(NURSERY);
        let old = start + nursery;
        Ok(Collector {
            memory,
            // SAFETY: the caller's.
            objects: unsafe { Objects::new(memory, heap.types, heap.offsets) },
            // SAFETY: the caller's.
            tables: unsafe { Tables::new(start, limit)? },
            cards: (heap.base as usize).wrapping_sub(heap.base as usize >> CARD_SHIFT),
            young: start,
            young_most: nursery,
            young_size: nursery.min(limit.saturating_sub(nursery)),
            young_unused: start,
            old,
            top: old,
            end: (start + limit).max(old),
            unused: old,
            threshold: (old + LEAST_GROWTH).min(start + limit),
            other: None,
            types: heap.type_count as u32,
        })
    }

    /// Room for an object of `bytes` bytes, a multiple of 8, all zero. `free` is where code makes objects. Before the next call of this
    /// the object's header, and the length of an array, are stored.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn allocate(
        &mut self,
        free: &mut Free,
        bytes: u64,
        roots: &impl Roots,
    ) -> Result<u64, Full> {
        let bytes = usize::try_from(bytes).map_err(|_| Full)?;
        if bytes > self.end - self.old {
            return Err(Full);
        }
        if bytes > self.young_most / LARGE_PART {
            return self.allocate_old(free, bytes, roots);
        }
        if self.stressed() {
            self.collect_all(free, roots);
        } else if self.open(free, bytes) {
            return Ok(take(free, bytes));
        } else {
            self.collect(free, roots, bytes);
        }
        if !self.open(free, bytes) {
            return Err(Full);
        }
        Ok(take(free, bytes))
    }

    /// Makes `bytes` bytes ready in the nursery, and more; `false` if it has not so many left.
    fn open(&mut self, free: &mut Free, bytes: usize) -> bool {
        if free.end == 0 {
            (free.next, free.end) = (self.young as u64, self.young as u64);
        }
        let (next, ready) = (free.next as usize, free.end as usize);
        let limit = self.young + self.young_size;
        if next + bytes > limit {
            return false;
        }
        let more = if self.stressed() { 0 } else { WINDOW };
        let end = (next + bytes).max(ready + more).min(limit).max(ready);
        let used = end.min(self.young_unused);
        if ready < used {
            self.memory.zero(ready, used - ready);
        }
        self.young_unused = self.young_unused.max(end);
        free.end = end as u64;
        true
    }

    /// Makes an object in the old space.
    fn allocate_old(
        &mut self,
        free: &mut Free,
        bytes: usize,
        roots: &impl Roots,
    ) -> Result<u64, Full> {
        // What is left must have room for the nursery's objects.
        let young = (free.end as usize).saturating_sub(self.young);
        if self.stressed() {
            self.collect_all(free, roots);
        } else if self.top + bytes > self.threshold || bytes + young > self.end - self.top {
            self.collect(free, roots, bytes);
        }
        if bytes > self.end - self.top {
            return Err(Full);
        }
        let object = self.top;
        self.top += bytes;
        self.tables.note(object, bytes);
        let used = self.top.min(self.unused);
        if object < used {
            self.memory.zero(object, used - object);
        }
        self.unused = self.unused.max(self.top);
        // Its first references are stored without a word: they may be to young objects.
        let (first, last) = (self.card(object), self.card(self.top - 1));
        self.memory.ones(first, last + 1 - first);
        self.fit();
        Ok(object as u64)
    }

    /// The card of an address.
    #[inline(always)]
    pub(super) fn card(&self, address: usize) -> usize {
        (address >> CARD_SHIFT).wrapping_add(self.cards)
    }

    /// Empties the nursery, and collects the old space if that is due, or if it has no room for so many `bytes` more.
    fn collect(&mut self, free: &mut Free, roots: &impl Roots, bytes: usize) {
        self.collect_young(free, roots);
        let room = self.end.saturating_sub(self.top);
        if self.top + bytes > self.threshold || room < bytes.max(self.young_most / 2) {
            self.collect_old(roots);
            self.plan(bytes);
        }
        self.fit();
    }

    /// Empties the nursery and moves everything that is left.
    fn collect_all(&mut self, free: &mut Free, roots: &impl Roots) {
        let young = self.young..free.next as usize;
        self.collect_young(free, roots);
        self.poison(young.clone());
        let old = self.old..self.top;
        self.collect_old(roots);
        self.poison(old);
        self.swap_halves();
        self.check(roots);
        self.fit();
        // The next object is not where the last one was.
        if young.end < self.young + self.young_size / 2 {
            (free.next, free.end) = (young.end as u64, young.end as u64);
        }
    }

    /// Empties the nursery.
    fn collect_young(&mut self, free: &mut Free, roots: &impl Roots) {
        if free.end == 0 {
            return;
        }
        self.promote(free.next as usize, roots);
        self.unused = self.unused.max(self.top);
        (free.next, free.end) = (self.young as u64, self.young as u64);
    }

    /// Decides when the old space is collected again, and gives back memory that it will not need before.
    fn plan(&mut self, bytes: usize) {
        let alive = self.top - self.old;
        let growth = (alive * (GROWTH - 1)).max(LEAST_GROWTH) + bytes;
        self.threshold = (self.top + growth).min(self.end);
        let keep = self.threshold.next_multiple_of(PAGE);
        let unused = self.unused.next_multiple_of(PAGE).min(self.end);
        if unused > keep + SLACK {
            // SAFETY: whole pages of the old space, behind its objects.
            if unsafe { give_back(keep, unused - keep) } {
                self.unused = keep;
            }
        }
    }

    /// Makes the nursery as large as the old space can take.
    pub(super) fn fit(&mut self) {
        self.young_size = self.young_most.min(self.end - self.top);
    }
}

/// Takes bytes that are ready.
fn take(free: &mut Free, bytes: usize) -> u64 {
    let object = free.next;
    free.next += bytes as u64;
    object
}
