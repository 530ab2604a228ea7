//! Which memory belongs to an instance.

use super::grown::mapped_end;
use crate::{
    os::{Errno, memory::page_size, pages::writable_segments},
    program::program,
};

/// The most parts of memory.
pub(super) const PARTS: usize = 256;

/// A part of memory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    pub(super) start: usize,
    /// The exclusive end of the pages that are mapped from the executable.
    pub(super) file_end: usize,
    pub(super) end: usize,
    /// The number of pages before this part in the index.
    pub(super) before: usize,
}

impl Part {
    /// The number of its pages.
    pub(super) fn pages(&self, page: usize) -> usize {
        (self.end - self.start) / page
    }
}

/// Finds the parts of memory, ascending and without overlaps: the image's segments that can change,
/// what regions have besides, and other mappings. Returns their number.
pub(super) fn find_parts(parts: &mut [Part], mappings: &[(usize, usize)]) -> Result<usize, Errno> {
    let page = page_size() as usize;
    let mut count = 0;
    let mut add = |parts: &mut [Part], start, file_end, end| {
        if start < end {
            *parts.get_mut(count).ok_or(Errno::E2BIG)? = Part {
                start,
                file_end,
                end,
                before: 0,
            };
            count += 1;
        }
        Ok(count)
    };
    let mut all = 0;
    for segment in writable_segments() {
        all = add(parts, segment.start, segment.file_end, segment.end)?;
    }
    for index in 0..program().region_count as usize {
        // SAFETY: the program has this region.
        let mut at = unsafe { (*program().regions.add(index)).base } as usize;
        let end = mapped_end(index, page);
        for image in writable_segments() {
            if image.end <= at {
                continue;
            }
            add(parts, at, at, image.start.min(end))?;
            at = at.max(image.end);
        }
        all = add(parts, at, at, end)?;
    }
    for &(start, len) in mappings {
        all = add(parts, start, start, start + len.next_multiple_of(page))?;
    }
    let found = parts.get_mut(..all).unwrap_or_default();
    found.sort_unstable_by_key(|part| part.start);
    let mut before = 0;
    for part in found {
        part.before = before;
        before += part.pages(page);
    }
    Ok(all)
}
