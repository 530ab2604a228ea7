//! Operations on an open descriptor.

use super::Errno;
use core::{cell::Cell, marker::PhantomData};
use wasi_aot_abi::linux::{fcntl, ioctl};

/// An open descriptor: plain data, which only [`close`] closes.
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

/// A buffer to which the kernel writes (`struct iovec`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct IoRead<'a> {
    base: *const u8,
    len: usize,
    memory: PhantomData<&'a Cell<u8>>,
}

impl<'a> IoRead<'a> {
    /// The cells to fill.
    pub fn new(cells: &'a [Cell<u8>]) -> Self {
        IoRead {
            base: cells.as_ptr().cast(),
            len: cells.len(),
            memory: PhantomData,
        }
    }

    /// Copies as many bytes as fit; returns their number.
    pub fn fill(&self, bytes: &[u8]) -> usize {
        let len = self.len.min(bytes.len());
        // SAFETY: the cells may be written, and do not overlap the borrowed bytes.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), self.base.cast_mut(), len) };
        len
    }
}

/// A buffer from which the kernel reads (`struct iovec`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct IoWrite<'a> {
    base: *const u8,
    len: usize,
    memory: PhantomData<&'a Cell<u8>>,
}

impl<'a> IoWrite<'a> {
    /// Memory of the program.
    pub fn new(cells: &'a [Cell<u8>]) -> Self {
        IoWrite {
            base: cells.as_ptr().cast(),
            len: cells.len(),
            memory: PhantomData,
        }
    }

    /// Memory of the runtime.
    pub fn of(bytes: &'a [u8]) -> Self {
        IoWrite {
            base: bytes.as_ptr(),
            len: bytes.len(),
            memory: PhantomData,
        }
    }

    /// Copies as many bytes as fit; returns their number.
    pub fn copy_to(&self, into: &mut [u8]) -> usize {
        let len = self.len.min(into.len());
        // SAFETY: the cells may be read, and do not overlap the borrowed bytes.
        unsafe { core::ptr::copy_nonoverlapping(self.base, into.as_mut_ptr(), len) };
        len
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// The base of `lseek`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Whence {
    /// The beginning.
    Set = 0,
    /// The current offset.
    Current = 1,
    /// The end.
    End = 2,
}

/// `close`. The descriptor is closed even if this fails.
pub fn close(fd: Fd) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(close, fd.0) }.map(drop)
}

/// `close_range`: closes all descriptors from `first` to `last`. `ENOSYS` before Linux 5.9.
pub fn close_range(first: Fd, last: Fd) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(close_range, first.0, last.0, 0) }.map(drop)
}

/// `read`: returns the number of bytes, 0 at the end.
pub fn read(fd: Fd, into: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the call writes only to `into`.
    unsafe { syscall!(read, fd.0, into.as_mut_ptr(), into.len()) }
}

/// `write`: returns the number of bytes.
pub fn write(fd: Fd, bytes: &[u8]) -> Result<usize, Errno> {
    // SAFETY: the call reads `bytes` only.
    unsafe { syscall!(write, fd.0, bytes.as_ptr(), bytes.len()) }
}

/// `readv`; for one vector `read`, which is faster.
#[inline(always)]
pub fn readv(fd: Fd, vectors: &[IoRead]) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: the call writes only to the cells of the vector.
        return unsafe { syscall!(read, fd.0, one.base, one.len) };
    }
    // SAFETY: the call writes only to the cells of the vectors.
    unsafe { syscall!(readv, fd.0, vectors.as_ptr(), vectors.len()) }
}

/// `writev`; for one vector `write`, which is faster.
#[inline(always)]
pub fn writev(fd: Fd, vectors: &[IoWrite]) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: the call only reads the memory of the vector.
        return unsafe { syscall!(write, fd.0, one.base, one.len) };
    }
    // SAFETY: the call only reads the memory of the vectors.
    unsafe { syscall!(writev, fd.0, vectors.as_ptr(), vectors.len()) }
}

/// `preadv` at `offset`.
#[inline(always)]
pub fn preadv(fd: Fd, vectors: &[IoRead], offset: u64) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: the call writes only to the cells of the vector.
        return unsafe { syscall!(pread64, fd.0, one.base, one.len, offset) };
    }
    // SAFETY: the call writes only to the cells of the vectors.
    unsafe { syscall!(preadv, fd.0, vectors.as_ptr(), vectors.len(), offset, 0) }
}

/// `pwritev` at `offset`.
#[inline(always)]
pub fn pwritev(fd: Fd, vectors: &[IoWrite], offset: u64) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: the call only reads the memory of the vector.
        return unsafe { syscall!(pwrite64, fd.0, one.base, one.len, offset) };
    }
    // SAFETY: the call only reads the memory of the vectors.
    unsafe { syscall!(pwritev, fd.0, vectors.as_ptr(), vectors.len(), offset, 0) }
}

/// `pwritev2` with `RWF_APPEND`: writes at the end of the file, wherever it is at that time.
pub fn append(fd: Fd, vectors: &[IoWrite]) -> Result<usize, Errno> {
    // SAFETY: the call only reads the memory of the vectors.
    unsafe { syscall!(pwritev2, fd.0, vectors.as_ptr(), vectors.len(), 0, 0, 0x10) }
}

/// `lseek`: returns the new offset.
pub fn lseek(fd: Fd, offset: i64, whence: Whence) -> Result<u64, Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(lseek, fd.0, offset, whence as u32) }.map(|at| at as u64)
}

/// `ftruncate`.
pub fn ftruncate(fd: Fd, size: u64) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(ftruncate, fd.0, size) }.map(drop)
}

/// `fallocate` without flags: allocates space for `[offset, offset+len)`, growing the file if
/// necessary.
pub fn fallocate(fd: Fd, offset: u64, len: u64) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fallocate, fd.0, 0, offset, len) }.map(drop)
}

/// `posix_fadvise`; `advice` is one of `advice`.
pub fn fadvise(fd: Fd, offset: u64, len: u64, advice: u32) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fadvise64, fd.0, offset, len, advice) }.map(drop)
}

/// Advice of [`fadvise`].
pub mod advice {
    /// No particular pattern.
    pub const NORMAL: u32 = 0;
    /// Random access.
    pub const RANDOM: u32 = 1;
    /// From low to high offsets.
    pub const SEQUENTIAL: u32 = 2;
    /// Access soon.
    pub const WILLNEED: u32 = 3;
    /// No access soon.
    pub const DONTNEED: u32 = 4;
    /// Access once.
    pub const NOREUSE: u32 = 5;
}

/// `fsync`.
pub fn fsync(fd: Fd) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fsync, fd.0) }.map(drop)
}

/// `fdatasync`.
pub fn fdatasync(fd: Fd) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fdatasync, fd.0) }.map(drop)
}

/// `fcntl(F_GETFL)`: the current flags, of `path::flags`.
pub fn status_flags(fd: Fd) -> Result<u32, Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_GETFL, 0) }.map(|flags| flags as u32)
}

/// `fcntl(F_SETFL)`. Only `APPEND` and `NONBLOCK` (and `DIRECT`, `NOATIME`) can change.
pub fn set_status_flags(fd: Fd, flags: u32) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_SETFL, flags) }.map(drop)
}

/// `fcntl(F_DUPFD_CLOEXEC)`: a copy with the number `least` or a higher one.
pub fn duplicate(fd: Fd, least: i32) -> Result<Fd, Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_DUPFD_CLOEXEC, least) }.map(|fd| Fd(fd as i32))
}

/// `dup3` with `O_CLOEXEC`: closes `to` if it is open, and makes it a copy of `from`.
pub fn replace(from: Fd, to: Fd) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(dup3, from.0, to.0, 0o2000000) }.map(drop)
}

/// `fcntl(F_GETFD)`: whether the descriptor is open.
pub fn is_open(fd: Fd) -> bool {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_GETFD, 0) }.is_ok()
}

/// `epoll_create1`: a descriptor that can be neither read nor written.
pub fn placeholder() -> Result<Fd, Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(epoll_create1, 0o2000000) }.map(|fd| Fd(fd as i32))
}

/// `fcntl(F_SETFD, FD_CLOEXEC)`: makes exec close the descriptor.
pub fn close_on_exec(fd: Fd) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_SETFD, 1) }.map(drop)
}

/// `ioctl(FIONREAD)`: the number of bytes that can be read now.
pub fn available(fd: Fd) -> Result<u32, Errno> {
    let mut bytes = 0i32;
    // SAFETY: the kernel writes an int.
    unsafe { syscall!(ioctl, fd.0, ioctl::FIONREAD, &raw mut bytes) }?;
    Ok(bytes as u32)
}

/// Whether the descriptor is a terminal (`ioctl(TCGETS)` succeeds).
pub fn is_terminal(fd: Fd) -> bool {
    // The kernel's `struct termios` has 36 bytes.
    let mut termios = [0u32; 16];
    // SAFETY: the kernel writes a termios, which is smaller than the array.
    unsafe { syscall!(ioctl, fd.0, ioctl::TCGETS, termios.as_mut_ptr()) }.is_ok()
}

/// `getdents64`: fills `into` with records of a directory, for [`super::path::entries`]; returns
/// the number of bytes, 0 at the end.
pub fn read_entries(fd: Fd, into: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the call writes only to `into`.
    unsafe { syscall!(getdents64, fd.0, into.as_mut_ptr(), into.len()) }
}
