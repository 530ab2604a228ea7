//! No descriptors.

use super::{Errno, refused};
use core::{cell::Cell, marker::PhantomData};

/// A descriptor, which is never open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Fd(pub i32);

impl Fd {
    /// Standard input.
    pub const STDIN: Fd = Fd(0);
    /// Standard output.
    pub const STDOUT: Fd = Fd(1);
    /// Standard error.
    pub const STDERR: Fd = Fd(2);
    /// For `*at` functions: the working directory.
    pub const CWD: Fd = Fd(-100);
}

/// A buffer that is never written.
#[derive(Clone, Copy, Debug)]
pub struct IoRead<'a>(PhantomData<&'a Cell<u8>>);

impl<'a> IoRead<'a> {
    /// Does not keep the cells.
    pub fn new(_cells: &'a [Cell<u8>]) -> Self {
        IoRead(PhantomData)
    }

    /// Fills nothing.
    pub fn fill(&self, _bytes: &[u8]) -> usize {
        0
    }
}

/// A buffer that is never read.
#[derive(Clone, Copy, Debug)]
pub struct IoWrite<'a>(PhantomData<&'a Cell<u8>>);

impl<'a> IoWrite<'a> {
    /// Does not keep the cells.
    pub fn new(_cells: &'a [Cell<u8>]) -> Self {
        IoWrite(PhantomData)
    }

    /// Does not keep the bytes.
    pub fn of(_bytes: &'a [u8]) -> Self {
        IoWrite(PhantomData)
    }

    /// Copies nothing.
    pub fn copy_to(&self, _into: &mut [u8]) -> usize {
        0
    }

    /// Always 0.
    pub fn len(&self) -> usize {
        0
    }

    /// Always `true`.
    pub fn is_empty(&self) -> bool {
        true
    }
}

/// The base of a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whence {
    /// The beginning.
    Set,
    /// The current offset.
    Current,
    /// The end.
    End,
}

/// Closes nothing.
pub fn close(_fd: Fd) -> Result<(), Errno> {
    refused()
}

/// Closes nothing.
pub fn close_range(_first: Fd, _last: Fd) -> Result<(), Errno> {
    refused()
}

/// Reads nothing.
pub fn read(_fd: Fd, _into: &mut [u8]) -> Result<usize, Errno> {
    refused()
}

/// Writes nothing.
pub fn write(_fd: Fd, _bytes: &[u8]) -> Result<usize, Errno> {
    refused()
}

/// Reads nothing.
pub fn readv(_fd: Fd, _vectors: &[IoRead]) -> Result<usize, Errno> {
    refused()
}

/// Writes nothing.
pub fn writev(_fd: Fd, _vectors: &[IoWrite]) -> Result<usize, Errno> {
    refused()
}

/// Reads nothing.
pub fn preadv(_fd: Fd, _vectors: &[IoRead], _offset: u64) -> Result<usize, Errno> {
    refused()
}

/// Writes nothing.
pub fn pwritev(_fd: Fd, _vectors: &[IoWrite], _offset: u64) -> Result<usize, Errno> {
    refused()
}

/// Writes nothing.
pub fn append(_fd: Fd, _vectors: &[IoWrite]) -> Result<usize, Errno> {
    refused()
}

/// Moves nothing.
pub fn lseek(_fd: Fd, _offset: i64, _whence: Whence) -> Result<u64, Errno> {
    refused()
}

/// Changes nothing.
pub fn ftruncate(_fd: Fd, _size: u64) -> Result<(), Errno> {
    refused()
}

/// Allocates nothing.
pub fn fallocate(_fd: Fd, _offset: u64, _len: u64) -> Result<(), Errno> {
    refused()
}

/// Does nothing.
pub fn fadvise(_fd: Fd, _offset: u64, _len: u64, _advice: u32) -> Result<(), Errno> {
    refused()
}

/// Waits for nothing.
pub fn fsync(_fd: Fd) -> Result<(), Errno> {
    refused()
}

/// Waits for nothing.
pub fn fdatasync(_fd: Fd) -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn status_flags(_fd: Fd) -> Result<u32, Errno> {
    refused()
}

/// Always fails.
pub fn set_status_flags(_fd: Fd, _flags: u32) -> Result<(), Errno> {
    refused()
}

/// Makes no copy.
pub fn duplicate(_fd: Fd, _least: i32) -> Result<Fd, Errno> {
    refused()
}

/// Replaces nothing.
pub fn replace(_from: Fd, _to: Fd) -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn placeholder() -> Result<Fd, Errno> {
    refused()
}

/// Closes nothing.
pub fn close_on_exec(_fd: Fd) -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn available(_fd: Fd) -> Result<u32, Errno> {
    refused()
}

/// Reads nothing.
pub fn read_entries(_fd: Fd, _into: &mut [u8]) -> Result<usize, Errno> {
    refused()
}

/// Always `false`.
pub fn is_open(_fd: Fd) -> bool {
    false
}

/// Always `false`.
pub fn is_terminal(_fd: Fd) -> bool {
    false
}

/// Advice of [`fadvise`].
pub mod advice {
    /// `NORMAL`
    pub const NORMAL: u32 = 0;
    /// `RANDOM`
    pub const RANDOM: u32 = 1;
    /// `SEQUENTIAL`
    pub const SEQUENTIAL: u32 = 2;
    /// `WILLNEED`
    pub const WILLNEED: u32 = 3;
    /// `DONTNEED`
    pub const DONTNEED: u32 = 4;
    /// `NOREUSE`
    pub const NOREUSE: u32 = 5;
}
