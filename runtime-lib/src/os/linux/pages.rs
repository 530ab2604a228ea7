//! Pages of this process's memory: which ones have been written, and what they are mapped from.

use super::{
    Errno, Fd,
    memory::{ProgramHeader, headers, headers_offset, map_file, page_size},
};
use wasi_aot_abi::linux::ioctl;

/// The map of this process's pages (`/proc/self/pagemap`).
#[derive(Clone, Copy, Debug)]
pub struct PageMap {
    fd: Fd,
    /// Whether the kernel searches it (`PAGEMAP_SCAN`, Linux 6.7). Otherwise it is read.
    searches: bool,
}

/// A run of pages (`struct page_region`).
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
pub struct Run {
    /// First address.
    pub start: usize,
    /// The exclusive end.
    pub end: usize,
    categories: u64,
}

/// `struct pm_scan_arg`.
#[derive(Default)]
#[repr(C)]
struct Scan {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    regions: u64,
    region_count: u64,
    max_pages: u64,
    inverted: u64,
    mask: u64,
    any_of: u64,
    returned: u64,
}

const IS_FILE: u64 = 1 << 2;
const IS_PRESENT: u64 = 1 << 3;
const IS_SWAPPED: u64 = 1 << 4;
const IS_ZERO: u64 = 1 << 5;

/// Bits of an entry of the map: see pagemap in the kernel's documentation.
mod entry {
    /// The page is mapped.
    pub const PRESENT: u64 = 1 << 63;
    /// The page is private, and in swap space.
    pub const SWAPPED: u64 = 1 << 62;
    /// The page is a file's, or shared.
    pub const FILE: u64 = 1 << 61;
}

/// The number of entries that are read at once.
const ENTRIES: usize = 512;

impl PageMap {
    /// The map of this process, not of one that it was copied from. Fails if there is no `/proc`.
    pub fn open() -> Result<Self, Errno> {
        let path = c"/proc/self/pagemap";
        // SAFETY: the call reads the path. The flags are `O_RDONLY | O_CLOEXEC`.
        let fd = unsafe { syscall!(openat, Fd::CWD.0, path.as_ptr(), 0o2000000, 0) }?;
        let (fd, page) = (Fd(fd as i32), page_size() as usize);
        let word = 0u64;
        let here = (&raw const word).addr() / page * page;
        let works = |map: &PageMap| {
            // This page is private: the word is on the stack.
            let found = map.written(here, here + page, &mut [Run::default()]);
            found == Ok((1, here + page))
        };
        let maps = [true, false].map(|searches| PageMap { fd, searches });
        maps.into_iter().find(works).ok_or_else(|| {
            let _ = super::fd::close(fd);
            Errno::ENOSYS
        })
    }

    /// The descriptor.
    pub fn fd(self) -> Fd {
        self.fd
    }

    /// The same map, at another descriptor.
    pub fn at(self, fd: Fd) -> Self {
        PageMap { fd, ..self }
    }

    /// Whether the time of a search does not depend on pages that are not mapped.
    pub fn searches(self) -> bool {
        self.searches
    }

    /// The same map as an older kernel has it.
    #[cfg(test)]
    pub fn without_search(self) -> Self {
        PageMap {
            searches: false,
            ..self
        }
    }

    /// Finds private pages that have been written since they were mapped, from `start` up to `end`.
    /// Returns the number of runs, and the address up to which all are found. Pages that were only
    /// read, and contain zeros, may be among them.
    pub fn written(
        self,
        start: usize,
        end: usize,
        runs: &mut [Run],
    ) -> Result<(usize, usize), Errno> {
        match self.searches {
            true => self.search(start, end, runs),
            false => self.read(start, end, runs),
        }
    }

    fn search(self, start: usize, end: usize, runs: &mut [Run]) -> Result<(usize, usize), Errno> {
        let mut scan = Scan {
            size: size_of::<Scan>() as u64,
            start: start as u64,
            end: end as u64,
            regions: runs.as_mut_ptr().expose_provenance() as u64,
            region_count: runs.len() as u64,
            inverted: IS_FILE | IS_ZERO,
            mask: IS_FILE | IS_ZERO,
            any_of: IS_PRESENT | IS_SWAPPED,
            returned: IS_PRESENT,
            ..Scan::default()
        };
        let request = ioctl::PAGEMAP_SCAN;
        // SAFETY: the call writes to the argument and to the runs.
        let count = unsafe { syscall!(ioctl, self.fd.0, request, &raw mut scan) }?;
        Ok((count, scan.walk_end as usize))
    }

    fn read(self, start: usize, end: usize, runs: &mut [Run]) -> Result<(usize, usize), Errno> {
        let page = page_size() as usize;
        let mut entries = [0u64; ENTRIES];
        let (mut count, mut at) = (0usize, start);
        while at < end {
            let wanted = ((end - at) / page).min(ENTRIES);
            let (first, bytes) = (entries.as_mut_ptr(), wanted * size_of::<u64>());
            let offset = at / page * size_of::<u64>();
            // SAFETY: the call writes at most this number of entries.
            let got = unsafe { syscall!(pread64, self.fd.0, first, bytes, offset) }?;
            if got != bytes {
                return Err(Errno::EIO);
            }
            for entry in entries.iter().take(wanted) {
                let there = entry & (entry::PRESENT | entry::SWAPPED) != 0;
                if there && entry & entry::FILE == 0 {
                    let last = count.checked_sub(1).and_then(|last| runs.get_mut(last));
                    match last.filter(|run| run.end == at) {
                        Some(run) => run.end += page,
                        None => match runs.get_mut(count) {
                            Some(run) => {
                                (run.start, run.end) = (at, at + page);
                                count += 1;
                            }
                            None => return Ok((count, at)),
                        },
                    }
                }
                at += page;
            }
        }
        Ok((count, end))
    }
}

/// A part of the image that the program can write.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// First address.
    pub start: usize,
    /// The exclusive end of the pages that are mapped from the file.
    pub file_end: usize,
    /// The exclusive end.
    pub end: usize,
    /// Where `start` is in the file.
    pub offset: usize,
}

/// Maps the executable another time, for reading: up to the end of the writable segments. Fails if
/// there is no `/proc`, or it shows another file.
pub fn map_executable() -> Result<usize, Errno> {
    let ends = writable_segments().map(|segment| segment.offset + segment.file_end - segment.start);
    let len = ends.max().ok_or(Errno::ENOENT)?;
    let path = c"/proc/self/exe";
    // SAFETY: the call reads the path. The flags are `O_RDONLY | O_CLOEXEC`.
    let fd = unsafe { syscall!(openat, Fd::CWD.0, path.as_ptr(), 0o2000000, 0) }?;
    let fd = Fd(fd as i32);
    let mapped = match is_executable(fd) {
        true => map_file(fd, len),
        false => Err(Errno::ENOEXEC),
    };
    let _ = super::fd::close(fd);
    mapped
}

/// Whether a file has the executable's program headers.
fn is_executable(fd: Fd) -> bool {
    const MOST: usize = 64;
    let loaded = headers();
    let (mut read, bytes) = ([const { ProgramHeader::NONE }; MOST], size_of_val(loaded));
    if loaded.len() > MOST {
        return false;
    }
    // SAFETY: the call writes at most these bytes, for which there is room.
    let got = unsafe { syscall!(pread64, fd.0, read.as_mut_ptr(), bytes, headers_offset()) };
    got == Ok(bytes) && read.starts_with(loaded)
}

/// The writable segments of the executable, ascending.
pub fn writable_segments() -> impl Iterator<Item = Segment> {
    const WRITE: u32 = 2;
    let page = page_size() as usize;
    let writable = headers().iter().filter(|header| header.is_loaded(WRITE));
    writable.map(move |header: &ProgramHeader| {
        let (start, file, memory) = header.extent();
        Segment {
            start: start / page * page,
            file_end: match file {
                0 => start / page * page,
                _ => (start + file).next_multiple_of(page),
            },
            end: (start + memory).next_multiple_of(page),
            offset: header.offset() / page * page,
        }
    })
}
