//! The memory of a fresh instance: all data of the image that can change, and the program's
//! memories. It is restored after a request.
//!
//! A page that was written since it was mapped is a private page of the process; the kernel finds
//! these quickly (`PAGEMAP_SCAN`; before Linux 6.7 its map of pages is read). Those of the fresh
//! instance are saved. After a request, those that are saved are copied back. Another one gets back
//! what it was mapped from: zeros, or the executable's contents. As the next request probably
//! writes the same pages, they stay private. If requests write different pages each time, all are
//! given back to the kernel instead.
//!
//! | module | contents |
//! |---|---|
//! | `parts` | which memory belongs to an instance |
//! | `grown` | the pages by which regions have grown |
//! | `given_back` | what is done if the kernel does not tell which pages were written |

#[cfg(test)]
mod costs;
mod given_back;
mod grown;
mod parts;
#[cfg(test)]
mod tests;

use crate::{
    memory,
    os::{
        Errno, Fd,
        memory::{give_back, page_size},
        pages::{PageMap, Run},
        process,
    },
    program::program,
    text::Text,
};
use core::{ops::Range, ptr};
use given_back::BATCH;
use grown::mapped_end;
use parts::{From, PARTS, Part, find_parts};

/// Parts with fewer bytes between them are searched together, or read together.
const NEAR: usize = 64 << 20;
const NEAR_READ: usize = 64 << 10;

/// The most pages that stay private although the fresh instance has not written them.
const MOST_KEPT: usize = 16 << 10;

/// More new pages than this make a restoration expensive.
const FEW: usize = 32;

/// Expensive restorations in a row after which pages are given back.
const PATIENCE: u32 = 4;

/// The number of requests for which pages are given back after they proved to be different ones.
const COLD: u32 = 64;

/// Runs of pages that are found with one call.
const RUNS: usize = 128;

/// The index of a page that has not been saved.
const NEW: u32 = 0;
/// The index of a page whose contents are zeros.
const ZEROS: u32 = 1;
/// The index of a page whose contents are those from which it is mapped, in [`Part::contents`].
const MAPPED: u32 = 2;
/// The index of the first saved page.
const FIRST: u32 = 3;

/// A snapshot.
#[derive(Debug)]
pub struct Snapshot {
    parts: &'static mut [Part],
    page: usize,
    map: Option<PageMap>,
    /// [`Snapshot::gives_back`], once it is known.
    gives_back: Option<bool>,
    /// For each page of the parts: [`NEW`], [`ZEROS`], [`MAPPED`], or the number of its copy plus
    /// [`FIRST`].
    index: &'static mut [u32],
    /// Copies.
    saved: &'static mut [u8],
    saved_pages: usize,
    /// The addresses of pages that get their contents back when all others are given back to the
    /// system, ascending: those that the fresh instance has written, and those that
    /// [`Snapshot::learn`] has added.
    written: &'static mut [usize],
    written_pages: usize,
    /// Pages that the fresh instance has written: the first copies are theirs.
    fresh_pages: usize,
    /// Expensive restorations in a row, and those for which pages are given back.
    restless: u32,
    cold: u32,
    /// Pages that the fresh instance has not written and that stay private.
    kept: usize,
    /// Restorations without a map, and the one before which pages are learned next.
    restored: u32,
    next_lesson: u32,
    /// For each region: the end of what is mapped for it, and of the pages that are kept after it
    /// ([`memory::keep`]).
    ends: &'static mut [usize],
    kept_ends: &'static mut [usize],
    /// For each region: the end of what it has grown by, while the memory is restored.
    grown: &'static mut [usize],
    runs: &'static mut [Run],
}

impl Snapshot {
    /// Saves the memory as it is now. `map`: the process's map of pages, if the system has it;
    /// `executable`: where the executable is mapped another time; `mappings`: what the program has
    /// mapped besides, with sizes in bytes. Nothing may be written to it by another thread.
    pub fn take(
        map: Option<PageMap>,
        executable: Option<usize>,
        mappings: &[(usize, usize)],
    ) -> Result<&'static mut Snapshot, Errno> {
        // SAFETY: a part may be all zeros.
        let parts = unsafe { super::zeros::<Part>(PARTS) }?;
        let count = find_parts(parts, executable, mappings)?;
        let parts = parts.get_mut(..count).unwrap_or_default();
        let regions = program().region_count as usize;
        let snapshot = super::place::<Snapshot>()?.write(Snapshot::new(parts, map, regions)?);
        // SAFETY: there is a word for each region.
        unsafe { memory::keep(snapshot.kept_ends.as_mut_ptr()) };
        for (index, end) in snapshot.ends.iter_mut().enumerate() {
            *end = mapped_end(index, snapshot.page);
        }
        snapshot.grown.copy_from_slice(snapshot.ends);
        // A map that is read may be an emulator's, which may not give pages back.
        if snapshot.map.is_some_and(|map| !map.searches()) && !snapshot.gives_back() {
            snapshot.map = None;
        }
        snapshot.save_all()?;
        Ok(snapshot)
    }

    /// A snapshot in which nothing is saved. `regions`: the number of regions that may grow.
    fn new(
        parts: &'static mut [Part],
        map: Option<PageMap>,
        regions: usize,
    ) -> Result<Snapshot, Errno> {
        let page = page_size() as usize;
        let pages = parts
            .last()
            .map_or(0, |last| last.before + last.pages(page));
        // SAFETY: all zeros are valid for these types.
        unsafe {
            Ok(Snapshot {
                parts,
                page,
                map,
                gives_back: None,
                index: super::zeros(pages)?,
                saved: super::zeros((pages.saturating_add(BATCH)).saturating_mul(page))?,
                saved_pages: 0,
                written: super::zeros(pages.saturating_add(MOST_KEPT))?,
                written_pages: 0,
                fresh_pages: 0,
                restless: 0,
                cold: 0,
                kept: 0,
                restored: 0,
                next_lesson: 1,
                ends: super::zeros(regions)?,
                kept_ends: super::zeros(regions)?,
                grown: super::zeros(regions)?,
                runs: super::zeros(RUNS)?,
            })
        }
    }

    /// Saves what is not as it was mapped.
    fn save_all(&mut self) -> Result<(), Errno> {
        match self.map {
            Some(_) => self.each_private(&mut Snapshot::save_written)?,
            None => self.save_changed(),
        }
        self.fresh_pages = self.written_pages;
        Ok(())
    }

    /// Saves a page that the fresh instance has written. One between the parts is not its own.
    fn save_written(&mut self, address: usize) {
        if self.place(address).is_some() {
            self.save(address);
            self.add_written(address);
        }
    }

    /// Adds a page to those that get their contents back when others are given back.
    fn add_written(&mut self, address: usize) {
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

    /// The part to which a page belongs.
    fn part(&self, address: usize) -> Option<Part> {
        let number = self.parts.partition_point(|part| part.end <= address);
        let part = self.parts.get(number);
        part.filter(|part| part.start <= address).copied()
    }

    /// The place of a page in the index.
    fn place(&self, address: usize) -> Option<usize> {
        self.part(address)
            .map(|part| part.place(address, self.page))
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
        while let Some(&first) = self.parts.get(number) {
            let mut last = first;
            while let Some(next) = self.parts.get(number + 1)
                && next.start - last.end < near
            {
                last = *next;
                number += 1;
            }
            number += 1;
            self.each_private_in(map, first.start..self.grown_from(last.end), each)?;
        }
        // What is not in a part, because there was nothing before it grew.
        for index in 0..self.ends.len() {
            let pages = self.grown_by(index);
            if !pages.is_empty() && !self.parts.iter().any(|part| part.end == pages.start) {
                self.each_private_in(map, pages, each)?;
            }
        }
        Ok(())
    }

    /// Calls `each` with the address of every private page among these.
    fn each_private_in(
        &mut self,
        map: PageMap,
        pages: Range<usize>,
        each: &mut dyn FnMut(&mut Self, usize),
    ) -> Result<(), Errno> {
        let mut at = pages.start;
        while at < pages.end {
            let (count, end) = map.written(at, pages.end, self.runs)?;
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
        if self.map.is_none() || self.cold > 0 && self.gives_back() {
            self.cold = self.cold.saturating_sub(1);
            // SAFETY: as required of the caller.
            unsafe { self.restore_all() };
        } else {
            // SAFETY: as required of the caller.
            unsafe { self.restore_private() };
        }
        // SAFETY: as required of the caller; the pages hold zeros.
        unsafe { self.close_grown() };
    }

    /// Restores the pages of which the map says that they were written.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn restore_private(&mut self) {
        let mut counts = (0usize, 0usize);
        let result = self.each_private(&mut |snapshot, address| {
            counts.0 += 1;
            // SAFETY: as required of the caller.
            counts.1 += usize::from(unsafe { snapshot.restore_page(address) });
        });
        if result.is_err() {
            // SAFETY: as required of the caller.
            return unsafe { self.restore_all() };
        }
        let (private, new) = counts;
        self.kept = private.saturating_sub(self.fresh_pages);
        self.restless = if new > FEW { self.restless + 1 } else { 0 };
        if self.restless >= PATIENCE || self.kept > MOST_KEPT {
            self.restless = 0;
            self.cold = COLD;
            self.forget();
        }
    }

    /// Restores a private page; returns whether it was new.
    ///
    /// # Safety
    /// As for [`Snapshot::restore`].
    unsafe fn restore_page(&mut self, address: usize) -> bool {
        let Some(part) = self.part(address) else {
            if self.is_grown(address) {
                // SAFETY: the page is private, and nothing uses it.
                unsafe { ptr::write_bytes(address as *mut u8, 0, self.page) };
            }
            return false;
        };
        let place = part.place(address, self.page);
        let number = self.index.get(place).copied().unwrap_or(NEW);
        let page = self.page;
        match number {
            NEW => match part.mapped_from(address, page) {
                From::Zeros => {
                    // SAFETY: the page is private, and nothing uses it.
                    unsafe { ptr::write_bytes(address as *mut u8, 0, page) };
                    self.set(address, ZEROS);
                }
                From::Contents(contents) => {
                    // SAFETY: as above.
                    unsafe { fill(address, contents) };
                    self.set(address, MAPPED);
                }
                From::File => {
                    // SAFETY: the page is mapped from the executable, whose contents it gets back.
                    unsafe { give_back_or_end(address, page) };
                    self.save(address);
                }
            },
            // SAFETY: as above.
            ZEROS => unsafe { ptr::write_bytes(address as *mut u8, 0, page) },
            MAPPED => {
                if let From::Contents(contents) = part.mapped_from(address, page) {
                    // SAFETY: as above.
                    unsafe { fill(address, contents) };
                }
            }
            // SAFETY: as above.
            saved => unsafe { self.copy_back(saved - FIRST, address) },
        }
        number == NEW
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
}

/// Gives pages back to the system.
///
/// # Safety
/// As for [`give_back`].
unsafe fn give_back_or_end(address: usize, len: usize) {
    // SAFETY: as required of the caller.
    if !unsafe { give_back(address, len) } {
        end_worker();
    }
}

/// Ends the worker, because memory could keep what a request wrote. Another one takes its place.
fn end_worker() -> ! {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: the system does not take memory back, so the worker ends\n");
    text.flush();
    process::exit(process::ABORTED)
}

/// Fills a page.
///
/// # Safety
/// It must be a private page of the size of the contents, and nothing may use it.
unsafe fn fill(address: usize, contents: &[u8]) {
    // SAFETY: as required of the caller; the contents are elsewhere.
    unsafe { ptr::copy_nonoverlapping(contents.as_ptr(), address as *mut u8, contents.len()) };
}
