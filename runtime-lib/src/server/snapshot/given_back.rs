//! What is done if the kernel does not tell which pages were written: there is no `/proc`, or
//! requests write other pages each time. All pages are given back to the kernel, except for those
//! that are known to be written again at once, which are restored in place.
//!
//! Without a map the server learns which ones these are: after a few requests it compares all pages
//! with what they were. Whatever it finds, no page keeps what a request wrote.

use super::{
    FIRST, MAPPED, MOST_KEPT, NEW, Snapshot, ZEROS, fill, give_back_or_end,
    parts::{From, Part},
};
use crate::{fatal::bug, os::memory::give_back};
use core::{ops::Range, ptr, slice};

/// Pages of the executable that are compared at once.
pub(super) const BATCH: usize = 32;

/// Pages are learned after the first request, and then after [`RARER`] times as many, but not
/// rarer than after [`LAST`]: the comparison of all pages takes as long as some requests.
const RARER: u32 = 16;
const LAST: u32 = 4096;

/// Nothing is learned of more pages: a comparison of all would delay a request too much.
const MOST_COMPARED: usize = 64 << 10;

/// Pages that were learned are forgotten if a request has written less than one in this number.
const ONE_IN: usize = 4;

/// Which contents of a page are saved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The present ones: those of the fresh instance.
    Present,
    /// Those from which it is mapped.
    Mapped,
}

impl Snapshot {
    /// Whether pages of both kinds that were changed and given back are as they were mapped. An
    /// emulator may ignore the request.
    pub(super) fn gives_back(&mut self) -> bool {
        if let Some(known) = self.gives_back {
            return known;
        }
        let file = self.parts.iter().find(|part| part.start < part.file_end);
        let zeros = self.parts.iter().find(|part| part.file_end < part.end);
        let file = file.map(|part| part.start);
        let zeros = zeros.map(|part| part.file_end);
        let mut pages = [file, zeros].into_iter().flatten();
        let found = pages.all(|page| self.try_page(page));
        self.gives_back = Some(found);
        found
    }

    fn try_page(&mut self, address: usize) -> bool {
        let page = self.page;
        let from = self.saved.len().saturating_sub(page);
        let Some(copy) = self.saved.get_mut(from..) else {
            return false;
        };
        let first = address as *mut u8;
        // SAFETY: the page is private, nothing uses it now, and its contents are put back. There is
        // room for the copy after those of all pages.
        unsafe {
            ptr::copy_nonoverlapping(first, copy.as_mut_ptr(), page);
            let changed = !first.read_volatile();
            first.write_volatile(changed);
            let given_back = give_back(address, page) && first.read_volatile() != changed;
            ptr::copy_nonoverlapping(copy.as_ptr(), first, page);
            given_back
        }
    }

    /// Saves the pages that are not as they were mapped.
    pub(super) fn save_changed(&mut self) {
        self.find_changed(Which::Present);
    }

    /// Finds the pages that are not as they were mapped, among those that are not saved.
    fn find_changed(&mut self, which: Which) {
        let gives_back = self.gives_back();
        for number in 0..self.parts.len() {
            let Some(&part) = self.parts.get(number) else {
                break;
            };
            // What cannot be compared with the executable's contents counts as zeros.
            let file_end = match gives_back || part.contents != 0 {
                true => part.file_end,
                false => part.start,
            };
            for start in (part.start..file_end).step_by(BATCH * self.page) {
                let end = file_end.min(start + BATCH * self.page);
                self.find_in_file(&part, start, end, which);
            }
            for address in (file_end..part.end).step_by(self.page) {
                if self.is_new(&part, address) && !self.is_zero(address) {
                    match which {
                        Which::Present => self.save(address),
                        Which::Mapped => self.set(address, ZEROS),
                    }
                    self.add_written(address);
                }
            }
        }
    }

    /// Finds such pages among at most [`BATCH`] that are mapped from the executable.
    fn find_in_file(&mut self, part: &Part, start: usize, end: usize, which: Which) {
        let (page, len) = (self.page, end - start);
        if part.contents != 0 {
            return self.find_beside(part, start, end, which);
        }
        // There is room for all copies, and for these after them.
        let from = self.saved.len().saturating_sub(len);
        let Some(present) = self.saved.get_mut(from..) else {
            return;
        };
        // SAFETY: the pages are mapped from the executable, and nothing uses them now. Those of the
        // fresh instance are put back, and those of a request are restored later.
        unsafe {
            ptr::copy_nonoverlapping(start as *const u8, present.as_mut_ptr(), len);
            give_back_or_end(start, len);
        }
        for address in (start..end).step_by(page) {
            let at = from + (address - start);
            // SAFETY: as above.
            let mapped = unsafe { slice::from_raw_parts(address as *const u8, page) };
            let Some(present) = self.saved.get(at..at + page) else {
                break;
            };
            if present == mapped {
                continue;
            }
            if which == Which::Present {
                // SAFETY: as above.
                unsafe { ptr::copy_nonoverlapping(present.as_ptr(), address as *mut u8, page) };
            }
            if self.is_new(part, address) {
                self.save(address);
                self.add_written(address);
            }
        }
    }

    /// The same, where the executable is mapped another time.
    fn find_beside(&mut self, part: &Part, start: usize, end: usize, which: Which) {
        for address in (start..end).step_by(self.page) {
            // SAFETY: the page is mapped, and nothing writes to it now.
            let present = unsafe { slice::from_raw_parts(address as *const u8, self.page) };
            let changed = match part.mapped_from(address, self.page) {
                From::Contents(contents) => present != contents,
                From::Zeros | From::File => false,
            };
            if changed && self.is_new(part, address) {
                match which {
                    Which::Present => self.save(address),
                    Which::Mapped => self.set(address, MAPPED),
                }
                self.add_written(address);
            }
        }
    }

    /// Whether a page of a part is not saved.
    fn is_new(&self, part: &Part, address: usize) -> bool {
        self.index.get(part.place(address, self.page)) == Some(&NEW)
    }

    /// Whether a page contains only zeros.
    fn is_zero(&self, address: usize) -> bool {
        let words = self.page / size_of::<u64>();
        // SAFETY: the page is mapped, and nothing writes to it now.
        let words = unsafe { slice::from_raw_parts(address as *const u64, words) };
        words.iter().all(|word| *word == 0)
    }

    /// Finds out which pages the last request has written, so that those are restored in place from
    /// now on.
    fn learn(&mut self) {
        let written = self.written.get(..self.written_pages).unwrap_or_default();
        let learned = written.iter().filter(|address| !self.is_fresh(**address));
        let unchanged = learned.filter(|address| self.is_unchanged(**address));
        let learned = self.written_pages - self.fresh_pages;
        if unchanged.count() * ONE_IN > learned * (ONE_IN - 1) {
            self.forget();
        }
        // The list is sorted until others are found.
        self.find_grown();
        self.find_changed(Which::Mapped);
        if self.written_pages - self.fresh_pages > MOST_KEPT {
            self.forget();
        }
        if let Some(written) = self.written.get_mut(..self.written_pages) {
            written.sort_unstable();
        }
    }

    /// Finds the pages that were written among those by which regions have grown.
    fn find_grown(&mut self) {
        let known = self.written_pages;
        for index in 0..self.ends.len() {
            for address in self.grown_by(index).step_by(self.page) {
                let written = self.written.get(..known).unwrap_or_default();
                if !self.is_zero(address) && written.binary_search(&address).is_err() {
                    self.add_written(address);
                }
            }
        }
    }

    /// Whether the fresh instance has written a page.
    fn is_fresh(&self, address: usize) -> bool {
        let number = self.place(address).and_then(|place| self.index.get(place));
        let copy = number.and_then(|number| number.checked_sub(FIRST));
        copy.is_some_and(|copy| (copy as usize) < self.fresh_pages)
    }

    /// Whether a page has the contents that it is to get.
    fn is_unchanged(&self, address: usize) -> bool {
        let Some(part) = self.part(address) else {
            return !self.is_grown(address) || self.is_zero(address);
        };
        let place = part.place(address, self.page);
        // SAFETY: the page is mapped, and nothing writes to it now.
        let present = unsafe { slice::from_raw_parts(address as *const u8, self.page) };
        match self.index.get(place).copied().unwrap_or(NEW) {
            NEW | ZEROS => self.is_zero(address),
            MAPPED => match part.mapped_from(address, self.page) {
                From::Contents(contents) => present == contents,
                From::Zeros | From::File => false,
            },
            copy => {
                let at = (copy - FIRST) as usize * self.page;
                self.saved.get(at..at + self.page) == Some(present)
            }
        }
    }

    /// Forgets the copies of pages that the fresh instance has not written.
    pub(super) fn forget(&mut self) {
        let mut fresh = 0;
        for number in 0..self.written_pages {
            let address = self.written.get(number).copied().unwrap_or(0);
            if self.is_fresh(address)
                && let Some(place) = self.written.get_mut(fresh)
            {
                *place = address;
                fresh += 1;
            }
        }
        self.written_pages = fresh;
        self.saved_pages = self.fresh_pages;
        for number in &mut *self.index {
            let is_fresh = match *number {
                NEW | ZEROS | MAPPED => false,
                copy => ((copy - FIRST) as usize) < self.fresh_pages,
            };
            if !is_fresh {
                *number = NEW;
            }
        }
    }

    /// Gives all pages back to the kernel, and restores in place those that are written anyway.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    pub(super) unsafe fn restore_all(&mut self) {
        if !self.gives_back() {
            // SAFETY: as required of the caller.
            return unsafe { self.copy_all() };
        }
        if self.map.is_none() && self.index.len() <= MOST_COMPARED {
            self.restored = self.restored.saturating_add(1);
            if self.restored >= self.next_lesson {
                self.next_lesson = match self.restored {
                    LAST.. => self.restored.saturating_add(LAST),
                    restored => restored.saturating_mul(RARER),
                };
                self.learn();
            }
        }
        for number in 0..self.parts.len() {
            if let Some(&Part { start, end, .. }) = self.parts.get(number) {
                // SAFETY: as required of the caller.
                unsafe { self.restore_range(start..end) };
            }
        }
        for index in 0..self.ends.len() {
            // SAFETY: as required of the caller.
            unsafe { self.restore_range(self.grown_by(index)) };
        }
    }

    /// Restores pages of one part, or those by which a region has grown.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn restore_range(&mut self, pages: Range<usize>) {
        let written = self.written.get(..self.written_pages).unwrap_or_default();
        let mut number = written.partition_point(|address| *address < pages.start);
        let mut start = pages.start;
        while start < pages.end {
            let written = self.written.get(..self.written_pages).unwrap_or_default();
            let next = written.get(number).copied();
            let next = next.unwrap_or(pages.end).min(pages.end);
            if start < next {
                // SAFETY: these are pages of a private mapping, and nothing uses them.
                unsafe { give_back_or_end(start, next - start) };
            }
            if next < pages.end {
                // SAFETY: as required of the caller.
                unsafe { self.restore_page(next) };
            }
            start = next + self.page;
            number += 1;
        }
    }

    /// Copies all pages back.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn copy_all(&mut self) {
        for number in 0..self.parts.len() {
            let Some(&part) = self.parts.get(number) else {
                break;
            };
            for address in (part.start..part.end).step_by(self.page) {
                let place = part.place(address, self.page);
                match self.index.get(place).copied().unwrap_or(NEW) {
                    // SAFETY: as required of the caller.
                    NEW | ZEROS | MAPPED => unsafe { self.restore_unsaved(&part, address) },
                    // SAFETY: as above.
                    saved => unsafe { self.copy_back(saved - FIRST, address) },
                }
            }
        }
        for index in 0..self.ends.len() {
            for address in self.grown_by(index).step_by(self.page) {
                // SAFETY: as required of the caller.
                unsafe { self.clear(address) };
            }
        }
    }

    /// Gives a page without a copy the contents from which it is mapped.
    ///
    /// # Safety
    /// The page must be private, and nothing may use it.
    unsafe fn restore_unsaved(&self, part: &Part, address: usize) {
        match part.mapped_from(address, self.page) {
            // SAFETY: as required of the caller.
            From::Contents(contents) => unsafe { fill(address, contents) },
            // Without a map, all pages of the executable with contents have copies.
            From::File if self.map.is_some() => bug(b"a page's contents are lost"),
            // SAFETY: as required of the caller.
            From::File | From::Zeros => unsafe { self.clear(address) },
        }
    }

    /// Fills a page with zeros. One that was never written stays so.
    ///
    /// # Safety
    /// The page must be private, and nothing may use it.
    unsafe fn clear(&self, address: usize) {
        if !self.is_zero(address) {
            // SAFETY: as required of the caller.
            unsafe { ptr::write_bytes(address as *mut u8, 0, self.page) };
        }
    }
}
