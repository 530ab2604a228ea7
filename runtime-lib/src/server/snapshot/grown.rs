//! The pages by which regions have grown. They are kept for the next instance, which probably grows
//! as far: inaccessible, and with zeros.

use super::{Snapshot, end_worker};
use crate::{
    os::memory::{protect, protection, unmap},
    program::program,
};
use core::ops::Range;

/// The most bytes that are kept for the growth of a region.
const MOST_GROWN: usize = 4 << 20;

impl Snapshot {
    /// Unmaps what regions have grown by, if it is too much to keep.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    pub(super) unsafe fn unmap_grown(&mut self) {
        for index in 0..self.ends.len() {
            let end = self.ends.get(index).copied().unwrap_or(0);
            let now = mapped_end(index, self.page);
            if let Some(grown) = self.grown.get_mut(index) {
                *grown = end;
            }
            if now <= end {
                continue;
            }
            let keeps = now - end <= MOST_GROWN;
            let kept = self.kept_ends.get(index).copied().unwrap_or(0).max(now);
            if keeps {
                if let Some(grown) = self.grown.get_mut(index) {
                    *grown = now;
                }
            } else {
                // SAFETY: the pages were mapped when the region grew, and nothing uses them.
                if unsafe { unmap(end, kept - end) }.is_err() {
                    end_worker();
                }
            }
            if let Some(place) = self.kept_ends.get_mut(index) {
                *place = if keeps { kept } else { 0 };
            }
        }
    }

    /// Makes the pages inaccessible by which regions have grown. They hold zeros now.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    pub(super) unsafe fn close_grown(&mut self) {
        for index in 0..self.ends.len() {
            let end = self.ends.get(index).copied().unwrap_or(0);
            let grown = self.grown.get(index).copied().unwrap_or(0);
            if grown <= end {
                continue;
            }
            // SAFETY: the pages were mapped when the region grew, and nothing uses them.
            if unsafe { protect(end, grown - end, protection::NONE) }.is_err() {
                let kept = self.kept_ends.get(index).copied().unwrap_or(grown);
                // SAFETY: as above.
                if unsafe { unmap(end, kept - end) }.is_err() {
                    end_worker();
                }
                if let Some(place) = self.kept_ends.get_mut(index) {
                    *place = 0;
                }
            }
        }
    }

    /// The pages by which a region has grown, while the memory is restored.
    pub(super) fn grown_by(&self, index: usize) -> Range<usize> {
        let end = self.ends.get(index).copied().unwrap_or(0);
        end..self.grown.get(index).copied().unwrap_or(end)
    }

    /// Whether a page belongs to what a region has grown by.
    pub(super) fn is_grown(&self, address: usize) -> bool {
        let mut regions = self.ends.iter().zip(self.grown.iter());
        regions.any(|(end, grown)| (*end..*grown).contains(&address))
    }

    /// The end of what a region has grown by from `end`, or `end`.
    pub(super) fn grown_from(&self, end: usize) -> usize {
        let mut regions = self.ends.iter().zip(self.grown.iter());
        let grown = regions.find(|(other, _)| **other == end);
        grown.map_or(end, |(_, grown)| *grown)
    }
}

/// The end of what is mapped for a region now.
pub(super) fn mapped_end(index: usize, page: usize) -> usize {
    // SAFETY: the program has this region.
    let region = unsafe { &*program().regions.add(index) };
    let bytes = (region.in_use() as usize).next_multiple_of(page);
    region.base as usize + bytes.max(region.image as usize)
}
