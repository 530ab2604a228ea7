//! No paths.

use super::{Errno, Fd, refused, time::Timespec};
use core::ffi::CStr;

/// Flags of [`openat`].
pub mod flags {
    /// `RDONLY`
    pub const RDONLY: u32 = 0x1;
    /// `WRONLY`
    pub const WRONLY: u32 = 0x2;
    /// `RDWR`
    pub const RDWR: u32 = 0x4;
    /// `CREAT`
    pub const CREAT: u32 = 0x8;
    /// `EXCL`
    pub const EXCL: u32 = 0x10;
    /// `NOCTTY`
    pub const NOCTTY: u32 = 0x20;
    /// `TRUNC`
    pub const TRUNC: u32 = 0x40;
    /// `APPEND`
    pub const APPEND: u32 = 0x80;
    /// `NONBLOCK`
    pub const NONBLOCK: u32 = 0x100;
    /// `DSYNC`
    pub const DSYNC: u32 = 0x200;
    /// `SYNC`
    pub const SYNC: u32 = 0x400;
    /// `DIRECTORY`
    pub const DIRECTORY: u32 = 0x800;
    /// `NOFOLLOW`
    pub const NOFOLLOW: u32 = 0x1000;
    /// `CLOEXEC`
    pub const CLOEXEC: u32 = 0x2000;
    /// `PATH`
    pub const PATH: u32 = 0x4000;
}

/// Flags of the other `*at` functions.
pub mod at {
    /// `SYMLINK_NOFOLLOW`
    pub const SYMLINK_NOFOLLOW: u32 = 0x1;
    /// `REMOVEDIR`
    pub const REMOVEDIR: u32 = 0x2;
}

/// The kind of a file.
pub mod kind {
    /// `MASK`
    pub const MASK: u16 = 0xf;
    /// `SOCKET`
    pub const SOCKET: u16 = 1;
    /// `LINK`
    pub const LINK: u16 = 2;
    /// `REGULAR`
    pub const REGULAR: u16 = 3;
    /// `BLOCK`
    pub const BLOCK: u16 = 4;
    /// `DIRECTORY`
    pub const DIRECTORY: u16 = 5;
    /// `FIFO`
    pub const FIFO: u16 = 6;
    /// `CHARACTER`
    pub const CHARACTER: u16 = 7;
}

/// The status of no file.
#[derive(Debug)]
pub struct Stat(());

/// Memory for a status.
#[derive(Debug)]
pub struct Room(Stat);

impl Room {
    /// Memory without a status yet.
    pub fn empty() -> Room {
        Room(Stat(()))
    }

    /// Fills in nothing.
    pub fn make(
        &mut self,
        _dev: u64,
        _ino: u64,
        _mode: u16,
        _size: u64,
        _seconds: i64,
    ) -> &mut Stat {
        &mut self.0
    }

    /// An empty status.
    ///
    /// # Safety
    /// There are no requirements.
    pub unsafe fn known(&mut self) -> &mut Stat {
        &mut self.0
    }
}

impl Stat {
    /// Always 0.
    pub fn dev(&self) -> u64 {
        0
    }

    /// Always 0.
    pub fn ino(&self) -> u64 {
        0
    }

    /// Always 0.
    pub fn mode(&self) -> u16 {
        0
    }

    /// Always 0.
    pub fn nlink(&self) -> u32 {
        0
    }

    /// Always 0.
    pub fn size(&self) -> u64 {
        0
    }

    /// Always zero.
    pub fn accessed(&self) -> Timespec {
        Timespec::of(0)
    }

    /// Always zero.
    pub fn modified(&self) -> Timespec {
        Timespec::of(0)
    }

    /// Always zero.
    pub fn changed(&self) -> Timespec {
        Timespec::of(0)
    }

    /// Always `false`.
    pub fn is(&self, _kind: u16) -> bool {
        false
    }

    /// Does nothing.
    pub fn clear_times(&mut self) {}
}

/// Opens nothing.
pub fn openat(_dir: Fd, _path: &CStr, _flags: u32, _mode: u32) -> Result<Fd, Errno> {
    refused()
}

/// Opens nothing.
pub fn open_below(_dir: Fd, _path: &CStr, _flags: u32, _mode: u32) -> Result<Fd, Errno> {
    refused()
}

/// Always fails.
pub fn fstat(_fd: Fd, _room: &mut Room) -> Result<&mut Stat, Errno> {
    refused()
}

/// Removes nothing.
pub fn unlinkat(_dir: Fd, _path: &CStr, _flags: u32) -> Result<(), Errno> {
    refused()
}

/// Makes nothing.
pub fn mkdirat(_dir: Fd, _path: &CStr, _mode: u32) -> Result<(), Errno> {
    refused()
}

/// Renames nothing.
pub fn renameat(_dir: Fd, _path: &CStr, _new_dir: Fd, _new_path: &CStr) -> Result<(), Errno> {
    refused()
}

/// Links nothing.
pub fn linkat(
    _dir: Fd,
    _path: &CStr,
    _new_dir: Fd,
    _new_path: &CStr,
    _flags: u32,
) -> Result<(), Errno> {
    refused()
}

/// Links nothing.
pub fn symlinkat(_target: &CStr, _dir: Fd, _path: &CStr) -> Result<(), Errno> {
    refused()
}

/// Reads nothing.
pub fn readlinkat(_dir: Fd, _path: &CStr, _into: &mut [u8]) -> Result<usize, Errno> {
    refused()
}

/// Sets nothing.
pub fn utimensat(
    _dir: Fd,
    _path: Option<&CStr>,
    _times: &[Timespec; 2],
    _flags: u32,
) -> Result<(), Errno> {
    refused()
}

/// Always fails.
pub fn fstatat<'a>(
    _dir: Fd,
    _path: &CStr,
    _flags: u32,
    _room: &'a mut Room,
) -> Result<&'a mut Stat, Errno> {
    refused()
}

/// Always `true`.
pub fn lacks_open_below(_error: Errno) -> bool {
    true
}

/// Always `false`.
pub fn can_open_below() -> bool {
    false
}

/// The nanoseconds that mean "now".
pub const UTIME_NOW: i64 = -1;
/// The nanoseconds that mean "unchanged".
pub const UTIME_OMIT: i64 = -2;

/// An entry of a directory.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Inode.
    pub ino: u64,
    /// The position of the next entry.
    pub next: u64,
    /// Kind; 0 means unknown.
    pub kind: u8,
    /// Name.
    pub name: &'a CStr,
}

/// Empty.
pub fn entries<'a>(_records: &'a [u8]) -> impl Iterator<Item = Entry<'a>> + Clone {
    core::iter::empty()
}
