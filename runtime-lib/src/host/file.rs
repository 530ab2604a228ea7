//! Status, flags, times, size and position of an open descriptor.

use super::{
    descriptor::{self, Descriptor, Kind, access},
    embed,
};
use crate::os::{
    Errno,
    fd::{self, Whence},
    path::{self, Room, Stat, flags},
    retry,
    time::Timespec,
};

/// The status.
#[inline(always)]
pub fn stat<'a>(descriptor: &Descriptor, room: &'a mut Room) -> Result<&'a mut Stat, Errno> {
    match embed::of(descriptor.fd) {
        Some(embedded) => (embedded.stat)(descriptor.fd, room),
        None => path::fstat(descriptor.fd, room),
    }
}

/// The current flags: `APPEND`, `NONBLOCK`, `SYNC`, `DSYNC` of [`crate::os::path::flags`].
pub fn flags(descriptor: &Descriptor) -> Result<u32, Errno> {
    if let Some(embedded) = embed::of(descriptor.fd) {
        return (embedded.flags)(descriptor.fd);
    }
    let kernel = fd::status_flags(descriptor.fd)?
        & (flags::APPEND | flags::NONBLOCK | flags::SYNC | flags::DSYNC);
    if descriptor.kind != Kind::STREAM {
        return Ok(kernel);
    }
    // The kernel's flag is shared with all users of the stream; the program has its own.
    let own = if descriptor.may(access::NONBLOCK) {
        flags::NONBLOCK
    } else {
        0
    };
    Ok(kernel & !flags::NONBLOCK | own)
}

/// Sets `APPEND` and `NONBLOCK` as in `wanted`; the others cannot change (`EINVAL`). For a stream,
/// which is shared with other processes, only the program's own `NONBLOCK` can change.
pub fn set_flags(number: u32, wanted: u32) -> Result<(), Errno> {
    let descriptor = descriptor::get(number)?;
    let changed = flags(&descriptor)? ^ wanted;
    match descriptor.kind {
        Kind::STREAM if changed & !flags::NONBLOCK == 0 => {
            let nonblock = wanted & flags::NONBLOCK != 0;
            descriptor::set_access(number, descriptor.fd, access::NONBLOCK, nonblock);
            Ok(())
        }
        Kind::FILE if changed & !(flags::NONBLOCK | flags::APPEND) == 0 => {
            match embed::of(descriptor.fd) {
                Some(embedded) => (embedded.set_flags)(descriptor.fd, wanted),
                None => fd::set_status_flags(descriptor.fd, wanted),
            }
        }
        Kind::DIR => Err(Errno::EBADF),
        _ => Err(Errno::EINVAL),
    }
}

/// Truncates or extends the file.
pub fn set_size(descriptor: &Descriptor, size: u64) -> Result<(), Errno> {
    descriptor.change()?;
    retry(|| fd::ftruncate(descriptor.fd, size))
}

/// Sets the times of access and modification; `EBADF` for a stream, which supports only reading and
/// writing.
pub fn set_times(descriptor: &Descriptor, times: &[Timespec; 2]) -> Result<(), Errno> {
    if descriptor.kind == Kind::STREAM {
        return Err(Errno::EBADF);
    }
    descriptor.change()?;
    path::utimensat(descriptor.fd, None, times, 0)
}

/// Allocates space for `[offset, offset+len)`.
pub fn allocate(descriptor: &Descriptor, offset: u64, len: u64) -> Result<(), Errno> {
    descriptor.change()?;
    retry(|| fd::fallocate(descriptor.fd, offset, len))
}

/// Declares how a part of the file will be used; `advice` is one of [`crate::os::fd::advice`].
pub fn advise(descriptor: &Descriptor, offset: u64, len: u64, advice: u32) -> Result<(), Errno> {
    if offset > i64::MAX as u64 || len > i64::MAX as u64 {
        return Err(Errno::EINVAL);
    }
    if embed::holds(descriptor.fd) {
        return Ok(());
    }
    fd::fadvise(descriptor.fd, offset, len, advice)
}

/// Waits until everything is on the medium, or with `data` everything that is needed to read the
/// contents back.
pub fn sync(descriptor: &Descriptor, data: bool) -> Result<(), Errno> {
    if embed::holds(descriptor.fd) {
        Ok(())
    } else if data {
        retry(|| fd::fdatasync(descriptor.fd))
    } else {
        retry(|| fd::fsync(descriptor.fd))
    }
}

/// Changes the position and returns the new one. `ESPIPE` for a stream, even if it is a file: its
/// position is shared with all its users, and data that others have written must stay.
#[inline(always)]
pub fn seek(descriptor: &Descriptor, offset: i64, whence: Whence) -> Result<u64, Errno> {
    match descriptor.kind {
        Kind::DIR => return Err(Errno::EBADF),
        Kind::STREAM => return Err(Errno::ESPIPE),
        _ => {}
    }
    match embed::of(descriptor.fd) {
        Some(embedded) => (embedded.seek)(descriptor.fd, offset, whence),
        None => fd::lseek(descriptor.fd, offset, whence),
    }
}
