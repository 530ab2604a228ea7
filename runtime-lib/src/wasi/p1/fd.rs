//! `fd_*`.

use super::{
    Errno, Memory, Result, arguments, rights,
    types::{self, FileType, fdflags},
    vectors::{Read, Write, with},
};
use crate::{
    cells,
    host::{
        descriptor::{self, Descriptor, Kind, access},
        dir, file, guest_name, notes, socket, stream,
    },
    os::{
        self,
        fd::{Whence, advice},
        path::{Room, Stat},
    },
};

pub fn fd_advise(_: Memory, fd: u32, offset: u64, len: u64, advice: u32) -> Result {
    /// The system's advice values, in the order of preview 1.
    const ADVICE: [u32; 6] = [
        advice::NORMAL,
        advice::SEQUENTIAL,
        advice::RANDOM,
        advice::WILLNEED,
        advice::DONTNEED,
        advice::NOREUSE,
    ];
    let advice = ADVICE.get(advice as usize).ok_or(Errno::INVAL)?;
    Ok(file::advise(
        &rights::file(fd, rights::FD_ADVISE)?,
        offset,
        len,
        *advice,
    )?)
}

/// `NOTSUP` unless the file was opened for allocation.
pub fn fd_allocate(_: Memory, fd: u32, offset: u64, len: u64) -> Result {
    let descriptor = rights::file(fd, rights::FD_ALLOCATE)?;
    if !descriptor.may(access::ALLOCATE) {
        return Err(Errno::NOTSUP.into());
    }
    Ok(file::allocate(&descriptor, offset, len)?)
}

pub fn fd_close(_: Memory, fd: u32) -> Result {
    Ok(descriptor::close(fd)?)
}

pub fn fd_datasync(_: Memory, fd: u32) -> Result {
    Ok(file::sync(&to_sync(fd, rights::FD_DATASYNC)?, true)?)
}

pub fn fd_sync(_: Memory, fd: u32) -> Result {
    Ok(file::sync(&to_sync(fd, rights::FD_SYNC)?, false)?)
}

/// `EBADF` for a directory unless it was opened for synchronisation.
fn to_sync(fd: u32, needed: u32) -> Result<Descriptor> {
    let descriptor = rights::get(fd, needed)?;
    if descriptor.kind == Kind::DIR && !descriptor.may(access::SYNC) {
        return Err(os::Errno::EBADF.into());
    }
    Ok(descriptor)
}

pub fn fd_fdstat_get(memory: Memory, fd: u32, stat: u32) -> Result {
    let place = memory.place(stat, 8)?;
    let (filetype, flags, rights) = fdstat(fd)?;
    place.set(types::fdstat(filetype, flags, rights));
    Ok(())
}

/// The result of [`fd_fdstat_get`]: kind, flags, rights.
#[inline(always)]
pub fn fdstat(fd: u32) -> Result<(FileType, u32, (u32, u32))> {
    let (descriptor, given_up) = descriptor::peek(fd)?;
    let flags = fdflags::from_system(file::flags(&descriptor)?);
    let filetype = filetype(&descriptor)?;
    let rights = rights::current(&descriptor, filetype, given_up);
    Ok((filetype, flags, rights))
}

#[inline(always)]
fn filetype(descriptor: &Descriptor) -> Result<FileType> {
    if descriptor.kind == Kind::DIR {
        return Ok(FileType::Directory);
    }
    let mut room = Room::empty();
    Ok(
        match FileType::from_mode(file::stat(descriptor, &mut room)?.mode()) {
            FileType::SocketStream if socket::is_datagram(descriptor) => FileType::SocketDgram,
            // C libraries take a character device without a position for a terminal.
            FileType::CharacterDevice
                if descriptor.kind == Kind::STREAM && !os::fd::is_terminal(descriptor.fd) =>
            {
                FileType::Unknown
            }
            filetype => filetype,
        },
    )
}

pub fn fd_fdstat_set_flags(_: Memory, fd: u32, flags: u32) -> Result {
    let flags = fdflags::to_system(flags).ok_or(Errno::INVAL)?;
    rights::get(fd, rights::FD_FDSTAT_SET_FLAGS)?;
    Ok(file::set_flags(fd, flags)?)
}

pub fn fd_fdstat_set_rights(_: Memory, fd: u32, base: u64, inheriting: u64) -> Result {
    let (descriptor, given_up) = descriptor::get_all(fd)?;
    let current = rights::current(&descriptor, filetype(&descriptor)?, given_up);
    let given_up = rights::reduce(current, given_up, base, inheriting)?;
    descriptor::give_up(fd, descriptor.fd, given_up);
    Ok(())
}

pub fn fd_filestat_get(memory: Memory, fd: u32, stat: u32) -> Result {
    let place = memory.place(stat, 8)?;
    place.set(types::filestat(filestat(fd, &mut Room::empty())?));
    Ok(())
}

/// The result of [`fd_filestat_get`].
#[inline(always)]
pub fn filestat(fd: u32, room: &mut Room) -> Result<&mut Stat> {
    let descriptor = rights::peek(fd, rights::FD_FILESTAT_GET)?;
    let stat = file::stat(&descriptor, room)?;
    if descriptor.kind == Kind::STREAM {
        // The times at which others used the stream are not part of the grant.
        stat.clear_times();
    }
    Ok(stat)
}

pub fn fd_filestat_set_size(_: Memory, fd: u32, size: u64) -> Result {
    Ok(file::set_size(
        &rights::file(fd, rights::FD_FILESTAT_SET_SIZE)?,
        size,
    )?)
}

pub fn fd_filestat_set_times(_: Memory, fd: u32, atim: u64, mtim: u64, flags: u32) -> Result {
    let times = types::times(atim, mtim, flags).ok_or(Errno::INVAL)?;
    let descriptor = rights::get(fd, rights::FD_FILESTAT_SET_TIMES)?;
    Ok(file::set_times(&descriptor, &times)?)
}

pub fn fd_read(memory: Memory, fd: u32, iovs: u32, iovs_len: u32, nread: u32) -> Result {
    with::<Read>(memory, iovs, iovs_len, nread, |vectors| {
        Ok(stream::read(&rights::peek(fd, rights::FD_READ)?, vectors)?)
    })
}

pub fn fd_pread(
    memory: Memory,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    offset: u64,
    nread: u32,
) -> Result {
    with::<Read>(memory, iovs, iovs_len, nread, |vectors| {
        Ok(stream::read_at(
            &rights::peek(fd, rights::FD_READ | rights::FD_SEEK)?,
            vectors,
            offset,
        )?)
    })
}

pub fn fd_write(memory: Memory, fd: u32, iovs: u32, iovs_len: u32, nwritten: u32) -> Result {
    with::<Write>(memory, iovs, iovs_len, nwritten, |vectors| {
        Ok(stream::write(
            &rights::peek(fd, rights::FD_WRITE)?,
            vectors,
        )?)
    })
}

pub fn fd_pwrite(
    memory: Memory,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    offset: u64,
    nwritten: u32,
) -> Result {
    with::<Write>(memory, iovs, iovs_len, nwritten, |vectors| {
        Ok(stream::write_at(
            &rights::peek(fd, rights::FD_WRITE | rights::FD_SEEK)?,
            vectors,
            offset,
        )?)
    })
}

pub fn fd_prestat_get(memory: Memory, fd: u32, prestat: u32) -> Result {
    let place = memory.place(prestat, 4)?;
    let granted = descriptor::get(fd).ok();
    let Some(descriptor) = granted.filter(|descriptor| descriptor.may(access::GRANT)) else {
        if arguments::asked() {
            notes::no_directory();
        }
        return Err(os::Errno::EBADF.into());
    };
    if descriptor.kind != Kind::DIR {
        // A socket precedes the directories. An error would end the search of C libraries; they
        // skip an unknown tag.
        place.set(1u64.to_le_bytes());
        return Ok(());
    }
    // Tag 0 is a directory; the length is at byte 4.
    let len = guest_name(&descriptor).len() as u64;
    place.set((len << 32).to_le_bytes());
    Ok(())
}

pub fn fd_prestat_dir_name(memory: Memory, fd: u32, path: u32, path_len: u32) -> Result {
    let into = memory.bytes(path, path_len)?;
    let descriptor = descriptor::get(fd)?;
    if !descriptor.may(access::GRANT) {
        return Err(Errno::NOTDIR.into());
    }
    if descriptor.kind != Kind::DIR {
        return Ok(());
    }
    let name = guest_name(&descriptor);
    if name.len() > into.len() {
        return Err(Errno::NAMETOOLONG.into());
    }
    cells::copy(into, name);
    Ok(())
}

pub fn fd_readdir(
    memory: Memory,
    fd: u32,
    buf: u32,
    buf_len: u32,
    cookie: u64,
    used: u32,
) -> Result {
    let place = memory.place(used, 4)?;
    let mut room = memory.bytes(buf, buf_len)?;
    dir::read_narrow(&rights::dir(fd, rights::FD_READDIR)?, cookie, |entry| {
        let name = entry.name.to_bytes();
        let filetype = FileType::from_mode(u16::from(entry.kind) << 12);
        for piece in [
            &types::dirent(entry.next, entry.ino, name.len(), filetype),
            name,
        ] {
            let len = cells::copy(room, piece);
            room = room.get(len..).unwrap_or_default();
        }
        !room.is_empty()
    })?;
    place.set((buf_len - room.len() as u32).to_le_bytes());
    Ok(())
}

pub fn fd_renumber(_: Memory, from: u32, to: u32) -> Result {
    Ok(descriptor::renumber(from, to)?)
}

#[inline(always)]
pub fn fd_seek(memory: Memory, fd: u32, offset: i64, whence: u32, position: u32) -> Result {
    let place = memory.place::<8>(position, 8)?;
    place.set(seek(fd, offset, whence)?.to_le_bytes());
    Ok(())
}

pub fn fd_tell(memory: Memory, fd: u32, position: u32) -> Result {
    fd_seek(memory, fd, 0, 1, position)
}

/// Changes the position and returns the new one. `whence` is preview 1's.
#[inline(always)]
pub fn seek(fd: u32, offset: i64, whence: u32) -> Result<u64> {
    let (whence, needed) = match whence {
        0 => (Whence::Set, rights::FD_SEEK),
        1 if offset == 0 => (Whence::Current, rights::FD_TELL),
        1 => (Whence::Current, rights::FD_SEEK),
        2 => (Whence::End, rights::FD_SEEK),
        _ => return Err(Errno::INVAL.into()),
    };
    Ok(file::seek(&rights::get(fd, needed)?, offset, whence)?)
}
