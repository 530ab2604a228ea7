//! The heap's two spaces, and the decisions when to collect them.
//!
//! Objects are allocated in the nursery, by advancing a pointer. When it is full, its live objects
//! move to the end of the old space (`young`). When the old space has grown enough, it is compacted
//! (`old`).

use super::{object::Objects, raw::Memory, tables::Tables};
use crate::os::{
    Errno,
    memory::{give_back, prefer_large_pages},
};
use wasi_aot_abi::heap::{CARD_SHIFT, Free, Heap, most};

/// The nursery of a large heap, in bytes: a core's share of the last-level cache.
const NURSERY: usize = 4 << 20;
/// The nursery is at most this fraction of the heap.
const NURSERY_PART: usize = 16;
/// Objects larger than this fraction of the nursery are allocated in the old space.
const LARGE_PART: usize = 8;
/// The part of the nursery that is prepared at once, so that it is in the first-level cache when it
/// is used.
const WINDOW: usize = 32 << 10;
/// The old space is collected when it has grown by this factor, …
const GROWTH: usize = 2;
/// … but at least by this number of bytes.
const LEAST_GROWTH: usize = 32 << 20;
/// Memory beyond the expected growth of the old space is returned to the system if it is more than
/// this.
const SLACK: usize = 16 << 20;
/// The largest page size.
const PAGE: usize = 1 << 16;

/// Words outside the heap that refer to objects.
pub trait Roots {
    /// Calls `visit` with the address of each.
    fn each(&self, visit: impl FnMut(*mut u64));
}

/// The live objects and a new one do not fit in the heap.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

/// The heap of a running program.
#[derive(Debug)]
pub struct Collector {
    pub(super) memory: Memory,
    pub(super) objects: Objects,
    pub(super) tables: Tables,
    /// The value that is added to an address, shifted by [`CARD_SHIFT`], to give the address of its
    /// card.
    cards: usize,
    /// First address of the nursery.
    pub(super) young: usize,
    /// Maximum size of the nursery.
    young_most: usize,
    /// Current size of the nursery, limited by the free part of the old space.
    young_size: usize,
    /// Start of the nursery's memory that has never been used.
    young_unused: usize,
    /// First address of the old space.
    pub(super) old: usize,
    /// End of its objects.
    pub(super) top: usize,
    /// End of the old space.
    pub(super) end: usize,
    /// Start of its memory that has never been used, and is zero.
    pub(super) unused: usize,
    /// The old space is collected when `top` exceeds this address.
    threshold: usize,
    /// Whether a collection has used the old space, which never happens in small programs: from
    /// then on it may use large pages.
    large_pages: bool,
    /// The address of the old space's other half, if every allocation moves everything (`stress`).
    pub(super) other: Option<usize>,
    /// Number of types.
    pub(super) types: u32,
}

impl Collector {
    /// The collector of a heap without objects, whose address space is mapped. Objects may take
    /// `limit` bytes.
    ///
    /// # Errors
    /// The system refuses the address space for its tables.
    ///
    /// # Safety
    /// Nothing else may use the heap's memory; objects must be initialised as `allocate` requires.
    pub unsafe fn new(heap: &Heap, limit: u64) -> Result<Self, Errno> {
        // SAFETY: as required of the caller.
        let memory = unsafe { Memory::new() };
        let start = heap.base as usize + (heap.reserved - most(heap.reserved)) as usize;
        let limit = limit as usize / PAGE * PAGE;
        let nursery = (limit / NURSERY_PART).next_multiple_of(PAGE).min(NURSERY);
        let old = start + nursery;
        Ok(Collector {
            memory,
            // SAFETY: as required of the caller.
            objects: unsafe { Objects::new(memory, heap.types, heap.offsets) },
            // SAFETY: as required of the caller.
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
            large_pages: false,
            other: None,
            types: heap.type_count as u32,
        })
    }

    /// Allocates `bytes` bytes, a multiple of 8, all zero. Code allocates from `free`. The object's
    /// header, and the length of an array, must be stored before the next call.
    ///
    /// # Errors
    /// The object does not fit.
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

    /// Prepares `bytes` bytes of the nursery, or more; returns `false` if not enough are left.
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

    /// Allocates an object in the old space.
    fn allocate_old(
        &mut self,
        free: &mut Free,
        bytes: usize,
        roots: &impl Roots,
    ) -> Result<u64, Full> {
        // The remaining space must be able to take the nursery's objects.
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
        // Code stores its first references without marking cards, and they may refer to young
        // objects.
        let (first, last) = (self.card(object), self.card(self.top - 1));
        self.memory.ones(first, last + 1 - first);
        self.fit();
        Ok(object as u64)
    }

    /// The address of the card for an address.
    #[inline(always)]
    pub(super) fn card(&self, address: usize) -> usize {
        (address >> CARD_SHIFT).wrapping_add(self.cards)
    }

    /// Empties the nursery. Also collects the old space if that is due, or if another `bytes` bytes
    /// would not fit.
    fn collect(&mut self, free: &mut Free, roots: &impl Roots, bytes: usize) {
        if !self.large_pages {
            self.large_pages = true;
            // SAFETY: the space is mapped, and starts at a page boundary.
            unsafe { prefer_large_pages(self.old, self.end - self.old) };
        }
        self.collect_young(free, roots);
        let room = self.end.saturating_sub(self.top);
        if self.top + bytes > self.threshold || room < bytes.max(self.young_most / 2) {
            self.collect_old(roots);
            self.plan(bytes);
        }
        self.fit();
    }

    /// Empties the nursery and moves all remaining objects.
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
        // The next object gets another address than the last one.
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

    /// Decides when to collect the old space again, and returns memory to the system that it will
    /// not need until then.
    fn plan(&mut self, bytes: usize) {
        let alive = self.top - self.old;
        let growth = (alive * (GROWTH - 1)).max(LEAST_GROWTH) + bytes;
        self.threshold = (self.top + growth).min(self.end);
        let keep = self.threshold.next_multiple_of(PAGE);
        let unused = self.unused.next_multiple_of(PAGE).min(self.end);
        if unused > keep + SLACK {
            // SAFETY: these are whole pages of the old space, after its objects.
            if unsafe { give_back(keep, unused - keep) } {
                self.unused = keep;
            }
        }
    }

    /// Makes the nursery as large as the free part of the old space allows.
    pub(super) fn fit(&mut self) {
        self.young_size = self.young_most.min(self.end - self.top);
    }
}

/// Takes bytes that are prepared.
fn take(free: &mut Free, bytes: usize) -> u64 {
    let object = free.next;
    free.next += bytes as u64;
    object
}
