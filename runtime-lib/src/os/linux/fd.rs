//! What can be done with an open descriptor.

use super::Errno;
use core::{cell::Cell, marker::PhantomData};
use wasi_aot_abi::linux::{fcntl, ioctl};

/// An open descriptor: plain data, closed by [`close`] only.
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
    /// For `*at` functions: the directory at run time.
    pub const CWD: Fd = Fd(-100);
}

/// A piece of memory that the kernel writes to (`struct iovec`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct IoRead<'a> {
    base: *const u8,
    len: usize,
    memory: PhantomData<&'a Cell<u8>>,
}

impl<'a> IoRead<'a> {
    /// The cells that are to be filled.
    pub fn new(cells: &'a [Cell<u8>]) -> Self {
        IoRead {
            base: cells.as_ptr().cast(),
            len: cells.len(),
            memory: PhantomData,
        }
    }

    /// Fills the cells with the beginning of `bytes`: how many went.
    pub fn fill(&self, bytes: &[u8]) -> usize {
        let len = self.len.min(bytes.len());
        // SAFETY: the cells may be written to, and are not the borrowed bytes.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), self.base.cast_mut(), len) };
        len
    }
}

/// A piece of memory that the kernel reads from (`struct iovec`).
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
}

/// What `lseek` counts from.
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

/// `close`. The descriptor is gone also when this fails.
pub fn close(fd: Fd) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(close, fd.0) }.map(drop)
}

/// `read`: how many bytes came, 0 at the end.
pub fn read(fd: Fd, into: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: writes to `into` only.
    unsafe { syscall!(read, fd.0, into.as_mut_ptr(), into.len()) }
}

/// `write`: how many bytes went.
pub fn write(fd: Fd, bytes: &[u8]) -> Result<usize, Errno> {
    // SAFETY: reads `bytes` only.
    unsafe { syscall!(write, fd.0, bytes.as_ptr(), bytes.len()) }
}

/// `readv`; of one vector `read`, which is faster.
#[inline(always)]
pub fn readv(fd: Fd, vectors: &[IoRead]) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: writes to the cells of the vector only.
        return unsafe { syscall!(read, fd.0, one.base, one.len) };
    }
    // SAFETY: writes to the cells of the vectors only.
    unsafe { syscall!(readv, fd.0, vectors.as_ptr(), vectors.len()) }
}

/// `writev`; of one vector `write`, which is faster.
#[inline(always)]
pub fn writev(fd: Fd, vectors: &[IoWrite]) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: reads the memory of the vector only.
        return unsafe { syscall!(write, fd.0, one.base, one.len) };
    }
    // SAFETY: reads the memory of the vectors only.
    unsafe { syscall!(writev, fd.0, vectors.as_ptr(), vectors.len()) }
}

/// `preadv` at `offset`.
#[inline(always)]
pub fn preadv(fd: Fd, vectors: &[IoRead], offset: u64) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: writes to the cells of the vector only.
        return unsafe { syscall!(pread64, fd.0, one.base, one.len, offset) };
    }
    // SAFETY: writes to the cells of the vectors only.
    unsafe { syscall!(preadv, fd.0, vectors.as_ptr(), vectors.len(), offset, 0) }
}

/// `pwritev` at `offset`.
#[inline(always)]
pub fn pwritev(fd: Fd, vectors: &[IoWrite], offset: u64) -> Result<usize, Errno> {
    if let [one] = vectors {
        // SAFETY: reads the memory of the vector only.
        return unsafe { syscall!(pwrite64, fd.0, one.base, one.len, offset) };
    }
    // SAFETY: reads the memory of the vectors only.
    unsafe { syscall!(pwritev, fd.0, vectors.as_ptr(), vectors.len(), offset, 0) }
}

/// `pwritev2` with `RWF_APPEND`: writes at the end of the file, wherever that is by now.
pub fn append(fd: Fd, vectors: &[IoWrite]) -> Result<usize, Errno> {
    // SAFETY: reads the memory of the vectors only.
    unsafe { syscall!(pwritev2, fd.0, vectors.as_ptr(), vectors.len(), 0, 0, 0x10) }
}

/// `lseek`: the new offset.
pub fn lseek(fd: Fd, offset: i64, whence: Whence) -> Result<u64, Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(lseek, fd.0, offset, whence as u32) }.map(|at| at as u64)
}

/// `ftruncate`.
pub fn ftruncate(fd: Fd, size: u64) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(ftruncate, fd.0, size) }.map(drop)
}

/// `fallocate` without flags: room for `[offset, offset+len)`, the file grows if it must.
pub fn fallocate(fd: Fd, offset: u64, len: u64) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fallocate, fd.0, 0, offset, len) }.map(drop)
}

/// `posix_fadvise`; `advice` is one of `advice`.
pub fn fadvise(fd: Fd, offset: u64, len: u64, advice: u32) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fadvise64, fd.0, offset, len, advice) }.map(drop)
}

/// Advice of [`fadvise`].
pub mod advice {
    /// Nothing special.
    pub const NORMAL: u32 = 0;
    /// In no order.
    pub const RANDOM: u32 = 1;
    /// From low to high offsets.
    pub const SEQUENTIAL: u32 = 2;
    /// Soon.
    pub const WILLNEED: u32 = 3;
    /// Not soon.
    pub const DONTNEED: u32 = 4;
    /// Once.
    pub const NOREUSE: u32 = 5;
}

/// `fsync`.
pub fn fsync(fd: Fd) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fsync, fd.0) }.map(drop)
}

/// `fdatasync`.
pub fn fdatasync(fd: Fd) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fdatasync, fd.0) }.map(drop)
}

/// `fcntl(F_GETFL)`: the flags of `path::flags` that the file was opened with.
pub fn status_flags(fd: Fd) -> Result<u32, Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_GETFL, 0) }.map(|flags| flags as u32)
}

/// `fcntl(F_SETFL)`. Only `APPEND` and `NONBLOCK` (and `DIRECT`, `NOATIME`) change.
pub fn set_status_flags(fd: Fd, flags: u32) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_SETFL, flags) }.map(drop)
}

/// `fcntl(F_DUPFD_CLOEXEC)`: a copy that is `least` or higher.
pub fn duplicate(fd: Fd, least: i32) -> Result<Fd, Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_DUPFD_CLOEXEC, least) }.map(|fd| Fd(fd as i32))
}

/// `dup3` with `O_CLOEXEC`: `to` is closed if it is open, and from then on what `from` is.
pub fn replace(from: Fd, to: Fd) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(dup3, from.0, to.0, 0o2000000) }.map(drop)
}

/// `fcntl(F_GETFD)`: whether the descriptor is open.
pub fn is_open(fd: Fd) -> bool {
    // SAFETY: touches no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_GETFD, 0) }.is_ok()
}

/// `epoll_create1`: a descriptor of which nothing can be read and to which nothing can be written.
pub fn placeholder() -> Result<Fd, Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(epoll_create1, 0o2000000) }.map(|fd| Fd(fd as i32))
}

/// `fcntl(F_SETFD, FD_CLOEXEC)`: exec closes the descriptor.
pub fn close_on_exec(fd: Fd) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(fcntl, fd.0, fcntl::F_SETFD, 1) }.map(drop)
}

/// `ioctl(FIONREAD)`: bytes that can be read now.
pub fn available(fd: Fd) -> Result<u32, Errno> {
    let mut bytes = 0i32;
    // SAFETY: the kernel writes an int.
    unsafe { syscall!(ioctl, fd.0, ioctl::FIONREAD, &raw mut bytes) }?;
    Ok(bytes as u32)
}

/// Whether the descriptor is a terminal (`ioctl(TCGETS)` answers).
pub fn is_terminal(fd: Fd) -> bool {
    // The kernel's `struct termios` has 36 bytes.
    let mut termios = [0u32; 16];
    // SAFETY: the kernel writes a termios, which is smaller.
    unsafe { syscall!(ioctl, fd.0, ioctl::TCGETS, termios.as_mut_ptr()) }.is_ok()
}

/// Fills `into` with records of a directory, for [`super::path::entries`]: bytes, 0 at the end
/// (`getdents64`).
pub fn read_entries(fd: Fd, into: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: writes to `into` only.
    unsafe { syscall!(getdents64, fd.0, into.as_mut_ptr(), into.len()) }
}
