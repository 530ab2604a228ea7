//! Operations on a path below a directory.

use super::{
    Errno, Fd,
    cpu::{self, RawStat},
    fd::close,
    time::Timespec,
};
use core::{ffi::CStr, mem::MaybeUninit, ptr};

/// Flags of [`openat`]: the access mode is one of the first three.
pub mod flags {
    /// Read.
    pub const RDONLY: u32 = 0;
    /// Write.
    pub const WRONLY: u32 = 1;
    /// Read and write.
    pub const RDWR: u32 = 2;
    /// Make the file if it does not exist.
    pub const CREAT: u32 = 0o100;
    /// The file must not exist.
    pub const EXCL: u32 = 0o200;
    /// A terminal does not become the controlling one.
    pub const NOCTTY: u32 = 0o400;
    /// Truncate it.
    pub const TRUNC: u32 = 0o1000;
    /// Write at the end.
    pub const APPEND: u32 = 0o2000;
    /// Never block.
    pub const NONBLOCK: u32 = 0o4000;
    /// Writes reach the medium, with the metadata that reading them back requires.
    pub const DSYNC: u32 = 0o10000;
    /// Writes reach the medium, with all metadata.
    pub const SYNC: u32 = 0o4010000;
    /// It must be a directory.
    pub const DIRECTORY: u32 = super::cpu::DIRECTORY;
    /// The last component must not be a link: `ELOOP`.
    pub const NOFOLLOW: u32 = super::cpu::NOFOLLOW;
    /// Closed by exec.
    pub const CLOEXEC: u32 = 0o2000000;
    /// Only a location in the file tree, without reading or writing.
    pub const PATH: u32 = 0o10000000;
}

/// Flags of the other `*at` functions.
pub mod at {
    /// Do not follow a link.
    pub const SYMLINK_NOFOLLOW: u32 = 0x100;
    /// [`super::unlinkat`] removes a directory.
    pub const REMOVEDIR: u32 = 0x200;
}

/// The kind of a file: the `S_IFMT` bits of [`Stat::mode`].
pub mod kind {
    /// Mask.
    pub const MASK: u16 = 0o170000;
    /// Socket.
    pub const SOCKET: u16 = 0o140000;
    /// Symbolic link.
    pub const LINK: u16 = 0o120000;
    /// Regular file.
    pub const REGULAR: u16 = 0o100000;
    /// Block device.
    pub const BLOCK: u16 = 0o060000;
    /// Directory.
    pub const DIRECTORY: u16 = 0o040000;
    /// Named pipe.
    pub const FIFO: u16 = 0o010000;
    /// Character device.
    pub const CHARACTER: u16 = 0o020000;
}

/// `openat`. `mode`: the permissions of a new file.
pub fn openat(dir: Fd, path: &CStr, flags: u32, mode: u32) -> Result<Fd, Errno> {
    // SAFETY: the call only reads the path.
    unsafe { syscall!(openat, dir.0, path.as_ptr(), flags, mode) }.map(|fd| Fd(fd as i32))
}

/// Opens the file to which `path` leads below `dir`, following links. `EXDEV`: the path leads
/// outside; `EAGAIN`: something was renamed at the same time, try again. If the system does not
/// support this, fails with an error for which [`lacks_open_below`] is true.
#[inline(always)]
pub fn open_below(dir: Fd, path: &CStr, flags: u32, mode: u32) -> Result<Fd, Errno> {
    // openat2 is strict: `O_PATH` allows few other flags, and only `O_CREAT` allows a mode.
    let flags = if flags & flags::PATH != 0 {
        flags & !flags::NOCTTY
    } else {
        flags
    };
    openat2(
        dir,
        path,
        flags,
        mode,
        RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    )
}

/// Whether the error may mean that the system does not support [`open_below`]: `ENOSYS` before
/// Linux 5.6; a seccomp filter may return any of these.
pub fn lacks_open_below(error: Errno) -> bool {
    matches!(
        error,
        Errno::ENOSYS | Errno::EPERM | Errno::EOPNOTSUPP | Errno::EINVAL
    )
}

/// Whether [`open_below`] is supported, whatever it returned for a particular file.
pub fn can_open_below() -> bool {
    let flags = flags::PATH | flags::DIRECTORY | flags::CLOEXEC;
    match openat2(Fd::CWD, c".", flags, 0, RESOLVE_BENEATH) {
        Ok(fd) => {
            let _ = close(fd);
            true
        }
        Err(error) => !lacks_open_below(error),
    }
}

/// Do not follow magic links of `/proc`.
const RESOLVE_NO_MAGICLINKS: u64 = 0x2;
/// Do not leave the directory.
const RESOLVE_BENEATH: u64 = 0x8;

/// `openat2`: `resolve` restricts the resolution of the path.
fn openat2(dir: Fd, path: &CStr, flags: u32, mode: u32, resolve: u64) -> Result<Fd, Errno> {
    let how = [u64::from(flags), u64::from(mode), resolve];
    // SAFETY: the call reads the path and the `struct open_how`.
    unsafe {
        syscall!(
            openat2,
            dir.0,
            path.as_ptr(),
            how.as_ptr(),
            size_of_val(&how)
        )
    }
    .map(|fd| Fd(fd as i32))
}

/// The status of a file: the kernel's `struct stat`. It stays in its [`Room`], because a copy would
/// cost as much as all the checks of a call.
#[derive(Debug)]
#[repr(transparent)]
pub struct Stat(RawStat);

/// Memory for a [`Stat`], to be filled in.
#[derive(Debug)]
#[repr(transparent)]
pub struct Room(MaybeUninit<RawStat>);

impl Room {
    /// Memory without a status yet.
    #[inline(always)]
    pub fn empty() -> Room {
        Room(MaybeUninit::uninit())
    }

    /// Fills in the status of a file that the kernel does not know, made at `seconds`, on the
    /// device `dev`.
    pub fn make(&mut self, dev: u64, ino: u64, mode: u16, size: u64, seconds: i64) -> &mut Stat {
        let raw = self.0.write(RawStat::EMPTY);
        (raw.dev, raw.ino, raw.mode, raw.nlink, raw.size) = (dev, ino, mode.into(), 1, size);
        [raw.atime, raw.mtime, raw.ctime] = [[seconds, 0]; 3];
        // SAFETY: it has just been filled in.
        unsafe { self.known() }
    }

    /// The status.
    ///
    /// # Safety
    /// It must have been filled in.
    #[inline(always)]
    pub unsafe fn known(&mut self) -> &mut Stat {
        // SAFETY: the layouts are the same; the rest is required of the caller.
        unsafe { &mut *ptr::from_mut(self).cast() }
    }
}

impl Stat {
    /// Device: `st_dev` of `struct stat`.
    pub fn dev(&self) -> u64 {
        self.0.dev
    }

    /// Inode.
    pub fn ino(&self) -> u64 {
        self.0.ino
    }

    /// Kind (see `kind`) and permissions.
    pub fn mode(&self) -> u16 {
        self.0.mode as u16
    }

    /// Whether its kind is `kind`.
    pub fn is(&self, kind: u16) -> bool {
        self.mode() & kind::MASK == kind
    }

    /// Number of hard links.
    pub fn nlink(&self) -> u32 {
        self.0.nlink as u32
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// Last access.
    pub fn accessed(&self) -> Timespec {
        timespec(self.0.atime)
    }

    /// Last change of the contents.
    pub fn modified(&self) -> Timespec {
        timespec(self.0.mtime)
    }

    /// Last change of the status.
    pub fn changed(&self) -> Timespec {
        timespec(self.0.ctime)
    }

    /// Sets the times to zero.
    pub fn clear_times(&mut self) {
        let raw = &mut self.0;
        [raw.atime, raw.mtime, raw.ctime] = [[0; 2]; 3];
    }
}

fn timespec([seconds, nanoseconds]: [i64; 2]) -> Timespec {
    Timespec {
        seconds,
        nanoseconds,
    }
}

/// `fstatat`; `flags` of `at`.
#[inline(always)]
pub fn fstatat<'a>(
    dir: Fd,
    path: &CStr,
    flags: u32,
    room: &'a mut Room,
) -> Result<&'a mut Stat, Errno> {
    // SAFETY: the call reads the path and writes a `struct stat`.
    unsafe { syscall!(newfstatat, dir.0, path.as_ptr(), room.0.as_mut_ptr(), flags) }?;
    // SAFETY: the kernel has filled it in.
    Ok(unsafe { room.known() })
}

/// `fstat`: unlike `fstatat` with an empty path, this call cannot take a path.
#[inline(always)]
pub fn fstat(fd: Fd, room: &mut Room) -> Result<&mut Stat, Errno> {
    // SAFETY: the call writes a `struct stat`.
    unsafe { syscall!(fstat, fd.0, room.0.as_mut_ptr()) }?;
    // SAFETY: the kernel has filled it in.
    Ok(unsafe { room.known() })
}

/// `unlinkat`; with [`at::REMOVEDIR`] for a directory.
pub fn unlinkat(dir: Fd, path: &CStr, flags: u32) -> Result<(), Errno> {
    // SAFETY: the call only reads the path.
    unsafe { syscall!(unlinkat, dir.0, path.as_ptr(), flags) }.map(drop)
}

/// `mkdirat`.
pub fn mkdirat(dir: Fd, path: &CStr, mode: u32) -> Result<(), Errno> {
    // SAFETY: the call only reads the path.
    unsafe { syscall!(mkdirat, dir.0, path.as_ptr(), mode) }.map(drop)
}

/// `renameat`.
pub fn renameat(dir: Fd, path: &CStr, new_dir: Fd, new_path: &CStr) -> Result<(), Errno> {
    // SAFETY: the call only reads the paths.
    unsafe {
        syscall!(
            renameat2,
            dir.0,
            path.as_ptr(),
            new_dir.0,
            new_path.as_ptr(),
            0
        )
    }
    .map(drop)
}

/// `linkat`; `flags` of `at`.
pub fn linkat(dir: Fd, path: &CStr, new_dir: Fd, new_path: &CStr, flags: u32) -> Result<(), Errno> {
    // SAFETY: the call only reads the paths.
    unsafe {
        syscall!(
            linkat,
            dir.0,
            path.as_ptr(),
            new_dir.0,
            new_path.as_ptr(),
            flags
        )
    }
    .map(drop)
}

/// `symlinkat`: makes `path` a link to `target`.
pub fn symlinkat(target: &CStr, dir: Fd, path: &CStr) -> Result<(), Errno> {
    // SAFETY: the call only reads the paths.
    unsafe { syscall!(symlinkat, target.as_ptr(), dir.0, path.as_ptr()) }.map(drop)
}

/// `readlinkat`: returns the number of bytes of the target in `into`, silently truncated. An empty
/// path means the link that was opened with `PATH | NOFOLLOW`.
pub fn readlinkat(dir: Fd, path: &CStr, into: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the call reads the path and writes to `into`.
    unsafe {
        syscall!(
            readlinkat,
            dir.0,
            path.as_ptr(),
            into.as_mut_ptr(),
            into.len()
        )
    }
}

/// The nanoseconds in a time of [`utimensat`] that mean "now".
pub const UTIME_NOW: i64 = 0x3fff_ffff;
/// The nanoseconds in a time of [`utimensat`] that mean "unchanged".
pub const UTIME_OMIT: i64 = 0x3fff_fffe;

/// `utimensat`: sets access and modification time; `None` as the path means the descriptor itself
/// (which must not be a `PATH` one).
pub fn utimensat(
    dir: Fd,
    path: Option<&CStr>,
    times: &[Timespec; 2],
    flags: u32,
) -> Result<(), Errno> {
    let path = path.map_or(ptr::null(), CStr::as_ptr);
    // SAFETY: the call reads the path and the times.
    unsafe { syscall!(utimensat, dir.0, path, times.as_ptr(), flags) }.map(drop)
}

/// An entry of a directory.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Inode.
    pub ino: u64,
    /// The position of the next entry, for [`super::fd::lseek`].
    pub next: u64,
    /// Kind: the bits of `kind` shifted right by 12; 0 means unknown.
    pub kind: u8,
    /// Name.
    pub name: &'a CStr,
}

/// The entries that [`super::fd::read_entries`] stored in `records`.
pub fn entries(records: &[u8]) -> Entries<'_> {
    Entries { records }
}

/// See [`entries`].
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    records: &'a [u8],
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        // struct linux_dirent64 { u64 ino; i64 off; u16 reclen; u8 type; char name[]; }
        let (ino, rest) = self.records.split_first_chunk::<8>()?;
        let (next, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (&kind, name) = rest.split_first()?;
        let length = usize::from(u16::from_ne_bytes(*length));
        self.records = self.records.get(length..)?;
        Some(Entry {
            ino: u64::from_ne_bytes(*ino),
            next: u64::from_ne_bytes(*next),
            kind,
            name: CStr::from_bytes_until_nul(name).ok()?,
        })
    }
}
