//! No pages.

use super::{Errno, Fd, refused};

/// A map of pages, which does not exist.
#[derive(Clone, Copy, Debug)]
pub struct PageMap(Fd);

/// A run of pages, which does not exist.
#[derive(Clone, Copy, Default, Debug)]
pub struct Run {
    /// First address.
    pub start: usize,
    /// The exclusive end.
    pub end: usize,
}

impl PageMap {
    /// Always fails.
    pub fn open() -> Result<Self, Errno> {
        refused()
    }

    /// The descriptor, which is not open.
    pub fn fd(self) -> Fd {
        self.0
    }

    /// A map that finds nothing.
    pub fn at(self, fd: Fd) -> Self {
        PageMap(fd)
    }

    /// It finds nothing.
    pub fn searches(self) -> bool {
        false
    }

    /// Finds nothing.
    pub fn written(
        self,
        _start: usize,
        _end: usize,
        _runs: &mut [Run],
    ) -> Result<(usize, usize), Errno> {
        refused()
    }
}

/// A part of the image, which does not exist.
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

/// Always fails.
pub fn map_executable() -> Result<usize, Errno> {
    refused()
}

/// There are none.
pub fn writable_segments() -> impl Iterator<Item = Segment> {
    core::iter::empty()
}
