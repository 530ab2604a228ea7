//! Reading and writing.

use super::{
    descriptor::{Descriptor, Kind, access},
    embed, poll,
};
use crate::{
    os::{
        Errno, IoRead, IoWrite, fd,
        poll::events::{IN, OUT},
    },
    thread,
};

/// Reads at the position: how many bytes came, 0 at the end.
#[inline(always)]
pub fn read(descriptor: &Descriptor, vectors: &[IoRead]) -> Result<usize, Errno> {
    transfer(descriptor, IN, || match embed::of(descriptor.fd) {
        Some(embedded) => (embedded.read)(descriptor.fd, vectors, None),
        None => fd::readv(descriptor.fd, vectors),
    })
}

/// Writes at the position: how many bytes went.
#[inline(always)]
pub fn write(descriptor: &Descriptor, vectors: &[IoWrite]) -> Result<usize, Errno> {
    transfer(descriptor, OUT, || fd::writev(descriptor.fd, vectors))
}

/// Reads at `offset`; the position stays.
#[inline(always)]
pub fn read_at(descriptor: &Descriptor, vectors: &[IoRead], offset: u64) -> Result<usize, Errno> {
    transfer(descriptor, IN, || match embed::of(descriptor.fd) {
        Some(embedded) => (embedded.read)(descriptor.fd, vectors, Some(offset)),
        None => fd::preadv(descriptor.fd, vectors, offset),
    })
}

/// Writes at `offset`, or at the end of what is open for appending; the position stays.
#[inline(always)]
pub fn write_at(descriptor: &Descriptor, vectors: &[IoWrite], offset: u64) -> Result<usize, Errno> {
    transfer(descriptor, OUT, || {
        fd::pwritev(descriptor.fd, vectors, offset)
    })
}

/// Makes the call until it is no longer interrupted. A stream that somebody else has made
/// non-blocking is waited for; one that the program itself wants so is not, whatever the kernel's flag.
#[inline(always)]
pub(super) fn transfer<T>(
    descriptor: &Descriptor,
    direction: u16,
    mut call: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Errno> {
    if descriptor.kind == Kind::Dir {
        return Err(Errno::EBADF);
    }
    let _others_wait;
    if descriptor.may(access::NONBLOCK) {
        // What is there must still be there in the call.
        _others_wait = thread::exclusive(descriptor.fd)?;
        if !poll::is_ready(descriptor.fd, direction) {
            return Err(Errno::EAGAIN);
        }
    }
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN)
                if descriptor.kind == Kind::Stream && !descriptor.may(access::NONBLOCK) =>
            {
                poll::wait(descriptor.fd, direction);
            }
            result => return result,
        }
    }
}
