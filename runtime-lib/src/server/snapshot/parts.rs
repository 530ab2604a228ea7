//! Which memory belongs to an instance.

use super::grown::mapped_end;
use crate::{
    os::{Errno, memory::page_size, pages::writable_segments},
    program::program,
};
use core::{ptr, slice};

/// The most parts of memory.
pub(super) const PARTS: usize = 256;

/// What a page is mapped from.
pub(super) enum From {
    Zeros,
    /// The executable.
    File,
    /// The executable, of which these contents are mapped another time.
    Contents(&'static [u8]),
}

/// A part of memory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    pub(super) start: usize,
    /// The exclusive end of the pages that are mapped from the executable.
    pub(super) file_end: usize,
    pub(super) end: usize,
    /// Where the contents are mapped another time from which it is mapped; 0: nowhere.
    pub(super) contents: usize,
    /// The number of pages before this part in the index.
    pub(super) before: usize,
}

impl Part {
    /// The number of its pages.
    pub(super) fn pages(&self, page: usize) -> usize {
        (self.end - self.start) / page
    }

    /// The place of a page in the index.
    pub(super) fn place(&self, address: usize, page: usize) -> usize {
        self.before + (address - self.start) / page
    }

    /// What a page is mapped from.
    pub(super) fn mapped_from(&self, address: usize, page: usize) -> From {
        if address >= self.file_end {
            return From::Zeros;
        }
        if self.contents == 0 {
            return From::File;
        }
        let contents = self.contents + (address - self.start);
        let contents = ptr::with_exposed_provenance(contents);
        // SAFETY: that mapping reaches the end of the part, exists for the life of the process, and
        // is never written.
        From::Contents(unsafe { slice::from_raw_parts(contents, page) })
    }
}

/// Finds the parts of memory, ascending and without overlaps: the image's segments that can change,
/// what regions have besides, and other mappings. Returns their number. `executable`: where the
/// executable is mapped another time.
pub(super) fn find_parts(
    parts: &mut [Part],
    executable: Option<usize>,
    mappings: &[(usize, usize)],
) -> Result<usize, Errno> {
    let page = page_size() as usize;
    let mut count = 0;
    let mut add = |parts: &mut [Part], start, file_end, end, contents| {
        if start < end {
            *parts.get_mut(count).ok_or(Errno::E2BIG)? = Part {
                start,
                file_end,
                end,
                contents,
                before: 0,
            };
            count += 1;
        }
        Ok(count)
    };
    let mut all = 0;
    for segment in writable_segments() {
        let contents = executable.map_or(0, |executable| executable + segment.offset);
        all = add(
            parts,
            segment.start,
            segment.file_end,
            segment.end,
            contents,
        )?;
    }
    for index in 0..program().region_count as usize {
        // SAFETY: the program has this region.
        let mut at = unsafe { (*program().regions.add(index)).base } as usize;
        let end = mapped_end(index, page);
        for image in writable_segments() {
            if image.end <= at {
                continue;
            }
            add(parts, at, at, image.start.min(end), 0)?;
            at = at.max(image.end);
        }
        all = add(parts, at, at, end, 0)?;
    }
    for &(start, len) in mappings {
        all = add(parts, start, start, start + len.next_multiple_of(page), 0)?;
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
