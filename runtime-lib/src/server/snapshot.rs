//! The memory of a fresh instance: all data of the image that can change, and the program's
//! memories. It is restored after a request.
//!
//! A page that was written since it was mapped is a private page of the process; the kernel finds
//! these quickly (`PAGEMAP_SCAN`; before Linux 6.7 its map of pages is read). Those of the fresh
//! instance are saved. After a request, those that are saved are copied back. Another one gets back
//! what it was mapped from: zeros, or the executable's contents. As the next request probably
//! writes the same pages, they stay private, and their contents are saved, too. If requests write
//! different pages each time, all are given back to the kernel instead.

#[cfg(test)]
mod costs;
#[cfg(test)]
mod tests;

use crate::{
    memory,
    os::{
        Errno,
        memory::{give_back, page_size, protect, protection, unmap},
        pages::{PageMap, Run, writable_segments},
    },
    program::program,
};
use core::ptr;

/// The most parts of memory.
const PARTS: usize = 256;

/// Parts with fewer bytes between them are searched together, or read together.
const NEAR: usize = 64 << 20;
const NEAR_READ: usize = 64 << 10;

/// The most pages that stay private although the fresh instance has not written them.
const MOST_KEPT: usize = 16 << 10;

/// The most bytes that are kept for the growth of a region.
const MOST_GROWN: usize = 4 << 20;

/// More new pages than this make a restoration expensive.
const FEW: usize = 32;

/// Expensive restorations in a row after which pages are given back.
const PATIENCE: u32 = 4;

/// The number of requests for which pages are given back after they proved to be different ones.
const COLD: u32 = 64;

/// The index of a page that has not been saved.
const NEW: u32 = 0;
/// The index of a page whose contents are zeros.
const ZEROS: u32 = 1;
/// The index of the first saved page.
const FIRST: u32 = 2;

/// A part of memory.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    start: usize,
    /// The exclusive end of the pages that are mapped from the executable.
    file_end: usize,
    end: usize,
    /// The number of pages before this part in the index.
    before: usize,
}

/// A snapshot.
#[derive(Debug)]
pub struct Snapshot {
    parts: [Part; PARTS],
    count: usize,
    page: usize,
    map: Option<PageMap>,
    /// Whether pages that are given back to the system get what they were mapped from. An emulator
    /// may ignore the request.
    gives_back: bool,
    /// For each page: [`NEW`], [`ZEROS`], or the number of its copy plus [`FIRST`].
    index: &'static mut [u32],
    /// Copies.
    saved: &'static mut [u8],
    saved_pages: usize,
    /// The addresses of the pages that the fresh instance has written: the first copies are theirs.
    written: &'static mut [usize],
    written_pages: usize,
    /// Expensive restorations in a row, and those for which pages are given back.
    restless: u32,
    cold: u32,
    /// Pages that are not among `written` and stay private.
    kept: usize,
    /// For each region: the end of what is mapped for it, and of the pages that are kept after it
    /// ([`memory::keep`]).
    ends: &'static mut [usize],
    kept_ends: &'static mut [usize],
    /// For each region: the end of what it has grown by, while the memory is restored.
    grown: &'static mut [usize],
    runs: [Run; 128],
}

impl Snapshot {
    /// Saves the memory as it is now. `map`: the process's map of pages, if the system has it;
    /// `mappings`: what the program has mapped besides, with sizes in bytes. Nothing may be written
    /// to it by another thread.
    pub fn take(
        map: Option<PageMap>,
        mappings: &[(usize, usize)],
    ) -> Result<&'static mut Snapshot, Errno> {
        let mut parts = [Part::default(); PARTS];
        let count = find_parts(&mut parts, mappings)?;
        let pages = parts.get(..count).unwrap_or_default().iter();
        let page = page_size() as usize;
        let pages: usize = pages.map(|part| (part.end - part.start) / page).sum();
        // SAFETY: all zeros are valid for these types.
        let (index, saved, written, ends, kept_ends, grown) = unsafe {
            (
                super::zeros::<u32>(pages)?,
                super::zeros::<u8>(pages.saturating_add(1).saturating_mul(page))?,
                super::zeros::<usize>(pages)?,
                super::zeros::<usize>(program().region_count as usize)?,
                super::zeros::<usize>(program().region_count as usize)?,
                super::zeros::<usize>(program().region_count as usize)?,
            )
        };
        // SAFETY: there is a word for each region.
        unsafe { memory::keep(kept_ends.as_mut_ptr()) };
        for (index, end) in ends.iter_mut().enumerate() {
            *end = mapped_end(index, page);
        }
        grown.copy_from_slice(ends);
        let snapshot = super::place::<Snapshot>()?.write(Snapshot {
            parts,
            count,
            page,
            map,
            gives_back: false,
            index,
            saved,
            saved_pages: 0,
            written,
            written_pages: 0,
            restless: 0,
            cold: 0,
            kept: 0,
            ends,
            kept_ends,
            grown,
            runs: [Run::default(); 128],
        });
        snapshot.gives_back = snapshot.try_give_back();
        snapshot.save_all()?;
        Ok(snapshot)
    }

    fn parts(&self) -> &[Part] {
        self.parts.get(..self.count).unwrap_or_default()
    }

    /// Saves what is not as it was mapped.
    fn save_all(&mut self) -> Result<(), Errno> {
        if self.map.is_some() {
            return self.each_private(&mut Snapshot::save_written);
        }
        for number in 0..self.count {
            let Some(&part) = self.parts.get(number) else {
                break;
            };
            for address in (part.start..part.end).step_by(self.page) {
                if address < part.file_end && self.gives_back {
                    self.save_if_changed(address);
                } else if !self.is_zero(address) {
                    self.save_written(address);
                }
            }
        }
        Ok(())
    }

    /// Whether pages of both kinds that were changed and given back are as they were mapped.
    fn try_give_back(&mut self) -> bool {
        let file = self.parts().iter().find(|part| part.start < part.file_end);
        let zeros = self.parts().iter().find(|part| part.file_end < part.end);
        let file = file.map(|part| part.start);
        let zeros = zeros.map(|part| part.file_end);
        let pages = [file, zeros];
        pages.into_iter().flatten().all(|page| self.try_page(page))
    }

    fn try_page(&mut self, address: usize) -> bool {
        let (at, page) = (self.saved_pages * self.page, self.page);
        self.save(address);
        self.saved_pages -= 1;
        let first = address as *mut u8;
        // SAFETY: the page is private, nothing uses it now, and its contents are put back.
        let given_back = unsafe {
            let changed = !first.read_volatile();
            first.write_volatile(changed);
            give_back(address, page) && first.read_volatile() != changed
        };
        if let Some(saved) = self.saved.get(at..at + page) {
            // SAFETY: as above.
            unsafe { ptr::copy_nonoverlapping(saved.as_ptr(), first, page) };
        }
        self.set(address, NEW);
        given_back
    }

    /// Saves a page of the executable unless it has the executable's contents.
    fn save_if_changed(&mut self, address: usize) {
        let (number, page) = (self.saved_pages as u32, self.page);
        self.save_written(address);
        let at = number as usize * page;
        // SAFETY: the page is mapped from the executable. Nothing uses it now, and it gets its
        // contents back if the executable has others.
        let same = unsafe {
            give_back(address, page);
            let contents = core::slice::from_raw_parts(address as *const u8, page);
            self.saved.get(at..at + page) == Some(contents)
        };
        if same {
            self.saved_pages -= 1;
            self.written_pages -= 1;
            self.set(address, NEW);
        } else {
            // SAFETY: as above.
            unsafe { self.copy_back(number, address) };
        }
    }

    fn is_zero(&self, address: usize) -> bool {
        let words = self.page / size_of::<u64>();
        // SAFETY: the page is mapped, and nothing writes to it now.
        let words = unsafe { core::slice::from_raw_parts(address as *const u64, words) };
        words.iter().all(|word| *word == 0)
    }

    /// Saves a page that the fresh instance has written.
    fn save_written(&mut self, address: usize) {
        self.save(address);
        if let Some(place) = self.written.get_mut(self.written_pages) {
            *place = address;
            self.written_pages += 1;
        }
    }

    /// Copies a page to the saved ones.
    fn save(&mut self, address: usize) {
        let at = self.saved_pages * self.page;
        let number = self.saved_pages as u32 + FIRST;
        let page = self.page;
        if let Some(place) = self.saved.get_mut(at..at + page) {
            // SAFETY: the page is mapped, and the copy is elsewhere.
            unsafe { ptr::copy_nonoverlapping(address as *const u8, place.as_mut_ptr(), page) };
            self.saved_pages += 1;
            self.set(address, number);
        }
    }

    /// The place of a page in the index.
    fn place(&self, address: usize) -> Option<usize> {
        let mut parts = self.parts().iter();
        let part = parts.find(|part| (part.start..part.end).contains(&address))?;
        Some(part.before + (address - part.start) / self.page)
    }

    fn set(&mut self, address: usize, number: u32) {
        let place = self.place(address);
        if let Some(place) = place.and_then(|place| self.index.get_mut(place)) {
            *place = number;
        }
    }

    /// Calls `each` with the address of every private page.
    fn each_private(&mut self, each: &mut dyn FnMut(&mut Self, usize)) -> Result<(), Errno> {
        let Some(map) = self.map else { return Ok(()) };
        let near = if map.searches() { NEAR } else { NEAR_READ };
        let mut number = 0;
        while let Some(&first) = self.parts().get(number) {
            let mut last = first;
            while let Some(next) = self.parts().get(number + 1)
                && next.start - last.end < near
            {
                last = *next;
                number += 1;
            }
            number += 1;
            let mut at = first.start;
            let last = self.grown_from(last.end);
            while at < last {
                let (count, end) = map.written(at, last, &mut self.runs)?;
                for index in 0..count {
                    let Some(run) = self.runs.get(index).copied() else {
                        break;
                    };
                    for address in (run.start..run.end).step_by(self.page) {
                        each(self, address);
                    }
                }
                at = end.max(at + 1).next_multiple_of(self.page);
            }
        }
        Ok(())
    }

    /// Restores the memory. Afterwards everything in it is as when the snapshot was taken, except
    /// for what was mapped later, which the caller has to unmap.
    ///
    /// # Safety
    /// Nothing of the program, and no host call, may be running.
    pub unsafe fn restore(&mut self) {
        // SAFETY: as required of the caller; the regions' current sizes are read first.
        unsafe { self.unmap_grown() };
        if self.map.is_none() || self.cold > 0 {
            self.cold = self.cold.saturating_sub(1);
            // SAFETY: as required of the caller.
            unsafe { self.restore_all() };
            return;
        }
        let mut counts = (0usize, 0usize);
        let result = self.each_private(&mut |snapshot, address| {
            counts.0 += 1;
            // SAFETY: as required of the caller.
            counts.1 += usize::from(unsafe { snapshot.restore_page(address) });
        });
        // SAFETY: as required of the caller.
        unsafe { self.close_grown() };
        if result.is_err() {
            // SAFETY: as required of the caller.
            unsafe { self.restore_all() };
            return;
        }
        let (private, new) = counts;
        self.kept = private.saturating_sub(self.written_pages);
        self.restless = if new > FEW { self.restless + 1 } else { 0 };
        if self.restless >= PATIENCE || self.kept > MOST_KEPT {
            self.restless = 0;
            self.cold = COLD;
            self.forget();
        }
    }

    /// Forgets the copies of pages that the fresh instance has not written.
    fn forget(&mut self) {
        self.index.fill(NEW);
        self.saved_pages = self.written_pages;
        for number in 0..self.written_pages {
            if let Some(&address) = self.written.get(number) {
                self.set(address, number as u32 + FIRST);
            }
        }
    }

    /// Restores a private page; returns whether it was new.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn restore_page(&mut self, address: usize) -> bool {
        let Some(place) = self.place(address) else {
            if self.is_grown(address) {
                // SAFETY: the page is private, and nothing uses it.
                unsafe { ptr::write_bytes(address as *mut u8, 0, self.page) };
            }
            return false;
        };
        let number = self.index.get(place).copied().unwrap_or(NEW);
        let page = self.page;
        match number {
            NEW => {
                if self.is_from_file(address) {
                    // SAFETY: the page is mapped from the executable, whose contents it gets back.
                    unsafe { give_back(address, page) };
                    self.save(address);
                } else {
                    // SAFETY: the page is private, and nothing uses it.
                    unsafe { ptr::write_bytes(address as *mut u8, 0, page) };
                    self.set(address, ZEROS);
                }
            }
            // SAFETY: as above.
            ZEROS => unsafe { ptr::write_bytes(address as *mut u8, 0, page) },
            // SAFETY: as above.
            saved => unsafe { self.copy_back(saved - FIRST, address) },
        }
        number == NEW
    }

    fn is_from_file(&self, address: usize) -> bool {
        let mut parts = self.parts().iter();
        parts.any(|part| (part.start..part.file_end).contains(&address))
    }

    /// # Safety
    /// The page must be mapped, and nothing may use it.
    unsafe fn copy_back(&self, number: u32, address: usize) {
        let at = number as usize * self.page;
        if let Some(saved) = self.saved.get(at..at + self.page) {
            // SAFETY: as required of the caller.
            unsafe { ptr::copy_nonoverlapping(saved.as_ptr(), address as *mut u8, self.page) };
        }
    }

    /// Gives all pages back to the kernel, and copies back those that the fresh instance had
    /// written.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn restore_all(&mut self) {
        if !self.gives_back {
            // SAFETY: as required of the caller.
            return unsafe { self.copy_all() };
        }
        // Those that the fresh instance has written stay: they would be needed again at once.
        let mut number = 0;
        for part in self.parts() {
            let mut start = part.start;
            while let Some(&address) = self.written.get(number)
                && number < self.written_pages
                && address < part.end
            {
                if start < address {
                    // SAFETY: these are pages of a private mapping, and nothing uses them.
                    unsafe { give_back(start, address - start) };
                }
                // SAFETY: as required of the caller.
                unsafe { self.copy_back(number as u32, address) };
                start = address + self.page;
                number += 1;
            }
            if start < part.end {
                // SAFETY: as above.
                unsafe { give_back(start, part.end - start) };
            }
        }
    }

    /// Copies all pages back.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn copy_all(&mut self) {
        for number in 0..self.count {
            let Some(&part) = self.parts.get(number) else {
                break;
            };
            for address in (part.start..part.end).step_by(self.page) {
                let place = part.before + (address - part.start) / self.page;
                match self.index.get(place).copied().unwrap_or(NEW) {
                    NEW | ZEROS => {
                        if !self.is_zero(address) {
                            // SAFETY: the page is private, and nothing uses it.
                            unsafe { ptr::write_bytes(address as *mut u8, 0, self.page) };
                        }
                    }
                    // SAFETY: as above.
                    saved => unsafe { self.copy_back(saved - FIRST, address) },
                }
            }
        }
    }

    /// Unmaps what regions have grown by, if it is too much to keep.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn unmap_grown(&mut self) {
        for index in 0..self.ends.len() {
            let end = self.ends.get(index).copied().unwrap_or(0);
            let now = mapped_end(index, self.page);
            if let Some(grown) = self.grown.get_mut(index) {
                *grown = end;
            }
            if now <= end {
                continue;
            }
            let keeps = self.map.is_some() && self.cold == 0 && now - end <= MOST_GROWN;
            let kept = self.kept_ends.get(index).copied().unwrap_or(0).max(now);
            if keeps {
                if let Some(grown) = self.grown.get_mut(index) {
                    *grown = now;
                }
            } else {
                // SAFETY: the pages were mapped when the region grew, and nothing uses them.
                let _ = unsafe { unmap(end, kept - end) };
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
    unsafe fn close_grown(&mut self) {
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
                let _ = unsafe { unmap(end, kept - end) };
                if let Some(place) = self.kept_ends.get_mut(index) {
                    *place = 0;
                }
            }
        }
    }

    /// Whether a page belongs to what a region has grown by.
    fn is_grown(&self, address: usize) -> bool {
        let mut regions = self.ends.iter().zip(self.grown.iter());
        regions.any(|(end, grown)| (*end..*grown).contains(&address))
    }

    /// The highest end of what regions have grown by that starts at `end`.
    fn grown_from(&self, end: usize) -> usize {
        let mut regions = self.ends.iter().zip(self.grown.iter());
        let grown = regions.find(|(other, _)| **other == end);
        grown.map_or(end, |(_, grown)| *grown)
    }
}

/// The end of what is mapped for a region now.
fn mapped_end(index: usize, page: usize) -> usize {
    // SAFETY: the program has this region.
    let region = unsafe { &*program().regions.add(index) };
    let bytes = (region.in_use() as usize).next_multiple_of(page);
    region.base as usize + bytes.max(region.image as usize)
}

/// Finds the parts of memory, ascending and without overlaps: the image's segments that can change,
/// what regions have besides, and other mappings. Returns their number.
fn find_parts(parts: &mut [Part; PARTS], mappings: &[(usize, usize)]) -> Result<usize, Errno> {
    let page = page_size() as usize;
    let mut count = 0;
    let mut add = |parts: &mut [Part; PARTS], start, file_end, end| {
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
    let mut segments = 0;
    for segment in writable_segments() {
        segments = add(parts, segment.start, segment.file_end, segment.end)?;
    }
    let images = *parts;
    let images = images.get(..segments).unwrap_or_default();
    let mut all = segments;
    for index in 0..program().region_count as usize {
        // SAFETY: the program has this region.
        let mut at = unsafe { (*program().regions.add(index)).base } as usize;
        let end = mapped_end(index, page);
        for image in images {
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
        before += (part.end - part.start) / page;
    }
    Ok(all)
}
