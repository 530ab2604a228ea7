//! `path_*`.

use super::{
    Errno, Failure, Memory, Result, rights,
    types::{self, SYMLINK_FOLLOW, fdflags},
};
use crate::{
    cells,
    host::{
        descriptor::{self, Descriptor, Kind},
        dir,
        notes::{self, Shown},
        path::{PATH_MAX, PathBuffer},
    },
    os::{
        self,
        path::{Room, Stat},
    },
};
use core::cell::Cell;

/// `lookupflags`: whether to follow a link in the last component.
fn follow(flags: u32) -> Result<bool> {
    match flags {
        0 | SYMLINK_FOLLOW => Ok(flags == SYMLINK_FOLLOW),
        _ => Err(Errno::INVAL.into()),
    }
}

pub fn path_create_directory(memory: Memory, fd: u32, path: u32, path_len: u32) -> Result {
    let name = memory.bytes(path, path_len)?;
    let dir = rights::dir(fd, rights::PATH_CREATE_DIRECTORY)?;
    let mut path = PathBuffer::empty();
    path.load(name)?;
    Ok(dir::create_directory(&dir, &mut path)?)
}

pub fn path_remove_directory(memory: Memory, fd: u32, path: u32, path_len: u32) -> Result {
    let name = memory.bytes(path, path_len)?;
    let dir = rights::dir(fd, rights::PATH_REMOVE_DIRECTORY)?;
    let mut path = PathBuffer::empty();
    path.load(name)?;
    Ok(dir::remove_directory(&dir, &mut path)?)
}

pub fn path_unlink_file(memory: Memory, fd: u32, path: u32, path_len: u32) -> Result {
    let name = memory.bytes(path, path_len)?;
    let dir = rights::dir(fd, rights::PATH_UNLINK_FILE)?;
    let mut path = PathBuffer::empty();
    path.load(name)?;
    Ok(dir::unlink(&dir, &mut path)?)
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
    let stat = filestat(memory, fd, flags, path, path_len, &mut room)?;
    place.set(types::filestat(stat));
    Ok(())
}

/// The result of [`path_filestat_get`].
#[inline(always)]
pub fn filestat<'a>(
    memory: Memory,
    fd: u32,
    flags: u32,
    path: u32,
    path_len: u32,
    room: &'a mut Room,
) -> Result<&'a mut Stat> {
    let name = memory.bytes(path, path_len)?;
    let dir = rights::dir(fd, rights::PATH_FILESTAT_GET).inspect_err(|_| nowhere(fd, name))?;
    let known = match (flags, memory.around(path)) {
        (0 | SYMLINK_FOLLOW, Some(cells)) => {
            dir::stat_name(&dir, (cells, name.len()), flags == SYMLINK_FOLLOW, room)
        }
        _ => None,
    };
    let result = match known {
        Some(result) => result.map_err(Failure::from),
        None => stat_path(&dir, name, flags, room),
    };
    if let Err(error) = result {
        return Err(missed(fd, error));
    }
    // SAFETY: both branches have filled it in.
    Ok(unsafe { room.known() })
}

/// Records a path without a directory, for a note: Go's library passes -1 if no granted directory
/// contains a path.
#[cold]
#[inline(never)]
fn nowhere(fd: u32, name: &[Cell<u8>]) {
    if fd == u32::MAX {
        notes::nowhere(&Shown::of(name));
    }
}

/// Records that nothing exists at a path below `fd`, for a note in case the program meant another
/// location.
fn missed(fd: u32, error: Failure) -> Failure {
    if error == Failure::from(os::Errno::ENOENT) {
        notes::absent(fd);
    }
    error
}

/// [`filestat`] for any path: fills in the room. It is cold, so that the code of the frequent case
/// is contiguous: the largest part of a host call's cost is that its code is not in the cache after
/// a long system call.
#[cold]
#[inline(never)]
fn stat_path(dir: &Descriptor, name: &[Cell<u8>], flags: u32, room: &mut Room) -> Result {
    let mut path = PathBuffer::empty();
    path.load(name)?;
    dir::stat(dir, &mut path, follow(flags)?, room)?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the import's signature")]
pub fn path_filestat_set_times(
    memory: Memory,
    fd: u32,
    flags: u32,
    path: u32,
    path_len: u32,
    atim: u64,
    mtim: u64,
    fst_flags: u32,
) -> Result {
    let name = memory.bytes(path, path_len)?;
    let times = types::times(atim, mtim, fst_flags).ok_or(Errno::INVAL)?;
    let dir = rights::dir(fd, rights::PATH_FILESTAT_SET_TIMES)?;
    let mut path = PathBuffer::empty();
    path.load(name)?;
    Ok(dir::set_times(&dir, &mut path, follow(flags)?, &times)?)
}

#[expect(clippy::too_many_arguments, reason = "the import's signature")]
pub fn path_link(
    memory: Memory,
    old_fd: u32,
    old_flags: u32,
    old_path: u32,
    old_len: u32,
    new_fd: u32,
    new_path: u32,
    new_len: u32,
) -> Result {
    let (old_name, new_name) = (
        memory.bytes(old_path, old_len)?,
        memory.bytes(new_path, new_len)?,
    );
    let (old_dir, new_dir) = (
        rights::dir(old_fd, rights::PATH_LINK_SOURCE)?,
        rights::dir(new_fd, rights::PATH_LINK_TARGET)?,
    );
    let (mut old, mut new) = (PathBuffer::empty(), PathBuffer::empty());
    old.load(old_name)?;
    new.load(new_name)?;
    let follow = follow(old_flags)?;
    if follow {
        let mut path = PathBuffer::empty();
        path.load(old_name)?;
        // The conformance suite expects this number for a dangling link.
        match dir::stat(&old_dir, &mut path, true, &mut Room::empty()) {
            Err(os::Errno::ENOENT) => return Err(Errno::INVAL.into()),
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        };
    }
    Ok(dir::link(&old_dir, &mut old, follow, &new_dir, &mut new)?)
}

pub fn path_rename(
    memory: Memory,
    old_fd: u32,
    old_path: u32,
    old_len: u32,
    new_fd: u32,
    new_path: u32,
    new_len: u32,
) -> Result {
    let (old_name, new_name) = (
        memory.bytes(old_path, old_len)?,
        memory.bytes(new_path, new_len)?,
    );
    let (old_dir, new_dir) = (
        rights::dir(old_fd, rights::PATH_RENAME_SOURCE)?,
        rights::dir(new_fd, rights::PATH_RENAME_TARGET)?,
    );
    let (mut old, mut new) = (PathBuffer::empty(), PathBuffer::empty());
    old.load(old_name)?;
    new.load(new_name)?;
    Ok(dir::rename(&old_dir, &mut old, &new_dir, &mut new)?)
}

pub fn path_symlink(
    memory: Memory,
    old_path: u32,
    old_len: u32,
    fd: u32,
    new_path: u32,
    new_len: u32,
) -> Result {
    let (old_name, new_name) = (
        memory.bytes(old_path, old_len)?,
        memory.bytes(new_path, new_len)?,
    );
    let dir = rights::dir(fd, rights::PATH_SYMLINK)?;
    let (mut target, mut path) = (PathBuffer::empty(), PathBuffer::empty());
    target.load(old_name)?;
    path.load(new_name)?;
    Ok(dir::symlink(&target, &dir, &mut path)?)
}

pub fn path_readlink(
    memory: Memory,
    fd: u32,
    path: u32,
    path_len: u32,
    buf: u32,
    buf_len: u32,
    used: u32,
) -> Result {
    let place = memory.place(used, 4)?;
    let into = memory.bytes(buf, buf_len)?;
    let name = memory.bytes(path, path_len)?;
    let dir = rights::dir(fd, rights::PATH_READLINK)?;
    let mut path = PathBuffer::empty();
    path.load(name)?;
    let mut target = [0; PATH_MAX];
    let len = dir::read_link(&dir, &mut path, &mut target)?;
    let len = cells::copy(into, target.get(..len).unwrap_or(&target));
    place.set((len as u32).to_le_bytes());
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the import's signature")]
pub fn path_open(
    memory: Memory,
    fd: u32,
    dirflags: u32,
    path: u32,
    path_len: u32,
    oflags: u32,
    base: u64,
    _inheriting: u64,
    fdflags: u32,
    opened: u32,
) -> Result {
    let place = memory.place(opened, 4)?;
    let name = memory.bytes(path, path_len)?;
    let (dir, given_up) = descriptor::get_all(fd).inspect_err(|_| nowhere(fd, name))?;
    match dir.kind {
        Kind::DIR => {}
        Kind::FILE => return Err(Errno::NOTDIR.into()),
        _ => return Err(os::Errno::EBADF.into()),
    }
    let mut buffer = PathBuffer::empty();
    buffer.load(name)?;
    let mut flags = fdflags::to_system(fdflags).ok_or(Errno::INVAL)?;
    if !rights::may_sync(fdflags, base) {
        return Err(Errno::NOTSUP.into());
    }
    flags |= types::oflags(oflags).ok_or(Errno::INVAL)?;
    match dirflags {
        0 => flags |= os::path::flags::NOFOLLOW,
        SYMLINK_FOLLOW => {}
        _ => return Err(Errno::INVAL.into()),
    }
    let how = dir::Open {
        flags,
        read: base & u64::from(rights::FD_READ) != 0,
        write: base & u64::from(rights::FD_WRITE) != 0,
        besides: rights::besides(base),
        given_up: rights::inherit(given_up, base, flags)?,
    };
    let number = match dir::open(&dir, &mut buffer, how) {
        Ok(number) => number,
        Err(error) => return Err(missed(fd, error.into())),
    };
    place.set(number.to_le_bytes());
    Ok(())
}
