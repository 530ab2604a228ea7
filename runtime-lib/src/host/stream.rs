//! Reading and writing.

use super::{
    descriptor::{Descriptor, Kind, access, is_dir},
    embed, poll,
};
use crate::{
    os::{
        Errno, Fd, IoRead, IoWrite, fd,
        path::{self, Room},
        ready::direction::{IN, OUT},
        retry,
    },
    thread,
};

/// Reads at the position; returns the number of bytes, 0 at the end.
#[inline(always)]
pub fn read(descriptor: &Descriptor, vectors: &[IoRead]) -> Result<usize, Errno> {
    let result = transfer(descriptor, IN, || match embed::of(descriptor.fd) {
        Some(embedded) => (embedded.read)(descriptor.fd, vectors, None),
        None => fd::readv(descriptor.fd, vectors),
    });
    file_only(descriptor, vectors, result)
}

/// Writes at the position; returns the number of bytes.
#[inline(always)]
pub fn write(descriptor: &Descriptor, vectors: &[IoWrite]) -> Result<usize, Errno> {
    transfer(descriptor, OUT, || fd::writev(descriptor.fd, vectors))
}

/// Reads at `offset` without changing the position. `ESPIPE` for a stream.
#[inline(always)]
pub fn read_at(descriptor: &Descriptor, vectors: &[IoRead], offset: u64) -> Result<usize, Errno> {
    let result = transfer_at(descriptor, IN, || match embed::of(descriptor.fd) {
        Some(embedded) => (embedded.read)(descriptor.fd, vectors, Some(offset)),
        None => fd::preadv(descriptor.fd, vectors, offset),
    });
    file_only(descriptor, vectors, result)
}

/// Writes at `offset`, or at the end if it is open for appending, without changing the position.
/// `ESPIPE` for a stream.
#[inline(always)]
pub fn write_at(descriptor: &Descriptor, vectors: &[IoWrite], offset: u64) -> Result<usize, Errno> {
    transfer_at(descriptor, OUT, || {
        fd::pwritev(descriptor.fd, vectors, offset)
    })
}

/// Writes at the end without changing the position. If the kernel or the file system does not
/// support this, it writes where the end was just before.
#[inline(always)]
pub fn append(descriptor: &Descriptor, vectors: &[IoWrite]) -> Result<usize, Errno> {
    transfer(descriptor, OUT, || {
        match fd::append(descriptor.fd, vectors) {
            Err(Errno::ENOSYS | Errno::EOPNOTSUPP) => {
                let end = path::fstat(descriptor.fd, &mut Room::empty())?.size();
                fd::pwritev(descriptor.fd, vectors, end)
            }
            result => result,
        }
    })
}

/// The result of reading, given the kernel's `result`: `EBADF` for a directory. The kernel has
/// other errors for directories, and none if the buffer is empty.
#[inline(always)]
fn file_only(
    descriptor: &Descriptor,
    vectors: &[IoRead],
    result: Result<usize, Errno>,
) -> Result<usize, Errno> {
    if descriptor.kind != Kind::UNKNOWN || result.is_ok() && vectors.len() == 1 {
        return result;
    }
    if directory(descriptor.fd) {
        Err(Errno::EBADF)
    } else {
        result
    }
}

#[cold]
#[inline(never)]
fn directory(fd: Fd) -> bool {
    is_dir(fd)
}

/// `EBADF` unless `descriptor` may be read ([`IN`]) or written ([`OUT`]). The kernel's own check
/// does not suffice: it depends on how a descriptor was opened, and the parent process may have
/// opened standard input for writing, too.
#[inline(always)]
pub fn check(descriptor: &Descriptor, direction: u16) -> Result<(), Errno> {
    let allowed = if direction == OUT {
        // No directory is open for writing.
        descriptor.may(access::WRITE)
    } else {
        descriptor.may(access::READ) && descriptor.kind != Kind::DIR
    };
    if allowed { Ok(()) } else { Err(Errno::EBADF) }
}

/// Repeats a call at an offset while it is interrupted. A stream has no offsets, even if it is a
/// file: its other users rely on the data that they have written.
#[inline(always)]
fn transfer_at<T>(
    descriptor: &Descriptor,
    direction: u16,
    call: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Errno> {
    check(descriptor, direction)?;
    if descriptor.kind == Kind::STREAM {
        return Err(Errno::ESPIPE);
    }
    retry(call)
}

/// Repeats the call while it is interrupted. If another process has made a stream non-blocking,
/// this waits for it; if the program itself wants a non-blocking stream, it does not, whatever the
/// kernel's flag.
#[inline(always)]
pub(super) fn transfer<T>(
    descriptor: &Descriptor,
    direction: u16,
    mut call: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Errno> {
    check(descriptor, direction)?;
    let _others_wait;
    if descriptor.may(access::NONBLOCK) {
        // The available data must not be taken by another call in between.
        _others_wait = thread::exclusive(descriptor.fd)?;
        if !poll::is_ready(descriptor.fd, direction) {
            return Err(Errno::EAGAIN);
        }
    }
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN)
                if descriptor.kind == Kind::STREAM && !descriptor.may(access::NONBLOCK) =>
            {
                poll::wait_for(descriptor.fd, direction);
            }
            result => return result,
        }
    }
}
