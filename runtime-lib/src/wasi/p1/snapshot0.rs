//! The differences of `wasi_unstable`: the order of `whence`, 32 bits for `nlink`, an identifier in
//! a clock's subscription, and no right to accept.

use super::{Errno, Memory, Result, fd, path, poll, rights, types};
use crate::os::path::Room;

/// Preview 1's `whence` for each of snapshot 0.
const WHENCE: [u32; 3] = [1, 2, 0];

pub fn fd_fdstat_get(memory: Memory, fd: u32, stat: u32) -> Result {
    let place = memory.place(stat, 8)?;
    let (filetype, flags, (own, below)) = fd::fdstat(fd)?;
    let rights = (own & !rights::SOCK_ACCEPT, below & !rights::SOCK_ACCEPT);
    place.set(types::fdstat(filetype, flags, rights));
    Ok(())
}

pub fn fd_seek(memory: Memory, fd: u32, offset: i64, whence: u32, position: u32) -> Result {
    let place = memory.place::<8>(position, 8)?;
    let whence = WHENCE.get(whence as usize).ok_or(Errno::INVAL)?;
    place.set(fd::seek(fd, offset, *whence)?.to_le_bytes());
    Ok(())
}

pub fn fd_filestat_get(memory: Memory, fd: u32, stat: u32) -> Result {
    let place = memory.place(stat, 8)?;
    let mut room = Room::empty();
    place.set(types::filestat_snapshot0(fd::filestat(fd, &mut room)?));
    Ok(())
}

pub fn path_filestat_get(
    memory: Memory,
    fd: u32,
    flags: u32,
    path: u32,
    path_len: u32,
    stat: u32,
) -> Result {
    let place = memory.place(stat, 8)?;
    let mut room = Room::empty();
    let stat = path::filestat(memory, fd, flags, path, path_len, &mut room)?;
    place.set(types::filestat_snapshot0(stat));
    Ok(())
}

pub fn poll_oneoff(
    memory: Memory,
    subscriptions: u32,
    events: u32,
    count: u32,
    stored: u32,
) -> Result {
    poll::poll::<56>(memory, subscriptions, events, count, stored)
}
