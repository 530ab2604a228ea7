//! Status, flags, position and contents of open embedded files.

use super::open;
use crate::{
    os::{
        Errno, Fd, IoRead,
        fd::Whence,
        path::{Room, Stat, flags},
    },
    thread,
};

/// Reads at an offset, or at the position; returns the number of bytes, 0 at the end.
pub fn read(fd: Fd, vectors: &[IoRead], offset: Option<u64>) -> Result<usize, Errno> {
    let _others_wait = thread::exclusive(fd)?;
    let mut opened = open::get(fd)?;
    let start = offset.unwrap_or(opened.position);
    if start > i64::MAX as u64 {
        return Err(Errno::EINVAL);
    }
    let contents = opened.node()?.data();
    let mut rest = contents.get(start as usize..).unwrap_or_default();
    let before = rest.len();
    for vector in vectors {
        let len = vector.fill(rest);
        rest = rest.get(len..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
    }
    let len = before - rest.len();
    if offset.is_none() {
        opened.position += len as u64;
        open::set(fd, opened);
    }
    Ok(len)
}

/// Changes the position, which may be after the end, and returns the new one.
pub fn seek(fd: Fd, offset: i64, whence: Whence) -> Result<u64, Errno> {
    let _others_wait = thread::exclusive(fd)?;
    let mut opened = open::get(fd)?;
    let from = match whence {
        Whence::Set => 0,
        Whence::Current => opened.position,
        Whence::End => opened.node()?.data().len() as u64,
    };
    let position = (from as i64).checked_add(offset);
    opened.position = match position {
        Some(position @ 0..) => position as u64,
        Some(_) => return Err(Errno::EINVAL),
        None => return Err(Errno::EOVERFLOW),
    };
    open::set(fd, opened);
    Ok(opened.position)
}

/// The status.
pub fn stat(fd: Fd, room: &mut Room) -> Result<&mut Stat, Errno> {
    Ok(open::get(fd)?.node()?.stat(room))
}

/// The current flags.
pub fn flags(fd: Fd) -> Result<u32, Errno> {
    Ok(open::get(fd)?.flags)
}

/// Sets `APPEND` and `NONBLOCK`, which have no effect here.
pub fn set_flags(fd: Fd, wanted: u32) -> Result<(), Errno> {
    const CHANGEABLE: u32 = flags::APPEND | flags::NONBLOCK;
    let _others_wait = thread::exclusive(fd)?;
    let mut opened = open::get(fd)?;
    opened.flags = opened.flags & !CHANGEABLE | wanted & CHANGEABLE;
    open::set(fd, opened);
    Ok(())
}
