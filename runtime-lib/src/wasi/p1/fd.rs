//! `fd_*`.

use super::{
    Errno, Memory, Result,
    types::{self, FileType, fdflags, rights},
    vectors::{Read, Write, with},
};
use crate::{
    host::{
        descriptor::{self, Descriptor, Kind, access},
        dir, file, guest_name, socket, stream,
    },
    os::{
        self,
        fd::{self, Whence, advice},
    },
    wasi::memory,
};

pub fn fd_advise(_: Memory, fd: u32, offset: u64, len: u64, advice: u32) -> Result {
    /// The system's advice, in the order of preview 1.
    const ADVICE: [u32; 6] = [
        advice::NORMAL,
        advice::SEQUENTIAL,
        advice::RANDOM,
        advice::WILLNEED,
        advice::DONTNEED,
        advice::NOREUSE,
    ];
    let advice = ADVICE.get(advice as usize).ok_or(Errno::INVAL)?;
    Ok(file::advise(&descriptor::file(fd)?, offset, len, *advice)?)
}

/// Needs the right that `path_open` was asked for, as C libraries and Rust's do for what they write:
/// programs that did not ask may take it for missing, as it is in other runtimes.
pub fn fd_allocate(_: Memory, fd: u32, offset: u64, len: u64) -> Result {
    let descriptor = descriptor::file(fd)?;
    if !descriptor.may(access::ALLOCATE) {
        return Err(Errno::NOTSUP.into());
    }
    Ok(file::allocate(&descriptor, offset, len)?)
}

pub fn fd_close(_: Memory, fd: u32) -> Result {
    Ok(descriptor::close(fd)?)
}

pub fn fd_datasync(_: Memory, fd: u32) -> Result {
    Ok(file::sync(&to_sync(fd)?, true)?)
}

pub fn fd_sync(_: Memory, fd: u32) -> Result {
    Ok(file::sync(&to_sync(fd)?, false)?)
}

/// A directory must have been opened with the right.
fn to_sync(fd: u32) -> Result<Descriptor> {
    let descriptor = descriptor::get(fd)?;
    if descriptor.kind == Kind::Dir && !descriptor.may(access::SYNC) {
        return Err(os::Errno::EBADF.into());
    }
    Ok(descriptor)
}

pub fn fd_fdstat_get(memory: Memory, fd: u32, stat: u32) -> Result {
    let place = memory.place(stat)?;
    let descriptor = descriptor::get(fd)?;
    let flags = fdflags::from_system(file::flags(&descriptor)?);
    if descriptor.kind == Kind::Dir {
        place.set(types::fdstat(
            FileType::Directory,
            flags,
            rights::DIRECTORY,
            rights::INHERITING,
        ));
        return Ok(());
    }
    let mut filetype = FileType::from_mode(file::stat(&descriptor)?.mode);
    if filetype == FileType::SocketStream && socket::is_datagram(&descriptor) {
        filetype = FileType::SocketDgram;
    }
    let mut rights = rights::FILE;
    if !descriptor.may(access::READ) {
        rights &= !(rights::FD_READ | rights::FD_READDIR);
    }
    if !descriptor.may(access::WRITE) {
        rights &= !rights::FD_WRITE;
    }
    // By these rights C libraries tell a terminal from other character devices.
    if filetype == FileType::CharacterDevice && fd::is_terminal(descriptor.fd) {
        rights &= !(rights::FD_SEEK | rights::FD_TELL);
    }
    place.set(types::fdstat(filetype, flags, rights, rights));
    Ok(())
}

pub fn fd_fdstat_set_flags(_: Memory, fd: u32, flags: u32) -> Result {
    let flags = fdflags::to_system(flags).ok_or(Errno::INVAL)?;
    Ok(file::set_flags(fd, flags)?)
}

pub fn fd_fdstat_set_rights(_: Memory, fd: u32, _base: u64, _inheriting: u64) -> Result {
    descriptor::get(fd)?;
    Err(Errno::NOTSUP.into())
}

pub fn fd_filestat_get(memory: Memory, fd: u32, stat: u32) -> Result {
    let place = memory.place(stat)?;
    let descriptor = descriptor::get(fd)?;
    let mut stat = file::stat(&descriptor)?;
    if descriptor.kind == Kind::Stream {
        // When others used the stream is nothing that was granted with it.
        (stat.atime, stat.mtime, stat.ctime) = Default::default();
    }
    place.set(types::filestat(&stat));
    Ok(())
}

pub fn fd_filestat_set_size(_: Memory, fd: u32, size: u64) -> Result {
    Ok(file::set_size(&descriptor::file(fd)?, size)?)
}

pub fn fd_filestat_set_times(_: Memory, fd: u32, atim: u64, mtim: u64, flags: u32) -> Result {
    let times = types::times(atim, mtim, flags).ok_or(Errno::INVAL)?;
    let descriptor = descriptor::get(fd)?;
    Ok(file::set_times(&descriptor, &times)?)
}

pub fn fd_read(memory: Memory, fd: u32, iovs: u32, iovs_len: u32, nread: u32) -> Result {
    with::<Read>(memory, iovs, iovs_len, nread, |vectors| {
        stream::read(&descriptor::get(fd)?, vectors)
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
        stream::read_at(&descriptor::get(fd)?, vectors, offset)
    })
}

pub fn fd_write(memory: Memory, fd: u32, iovs: u32, iovs_len: u32, nwritten: u32) -> Result {
    with::<Write>(memory, iovs, iovs_len, nwritten, |vectors| {
        stream::write(&descriptor::get(fd)?, vectors)
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
        stream::write_at(&descriptor::get(fd)?, vectors, offset)
    })
}

pub fn fd_prestat_get(memory: Memory, fd: u32, prestat: u32) -> Result {
    let place = memory.place(prestat)?;
    let descriptor = descriptor::dir(fd)?;
    if !descriptor.may(access::GRANT) {
        return Err(os::Errno::EBADF.into());
    }
    // Tag 0, a directory; the length is at byte 4.
    let len = guest_name(descriptor.grant).len() as u64;
    place.set((len << 32).to_le_bytes());
    Ok(())
}

pub fn fd_prestat_dir_name(memory: Memory, fd: u32, path: u32, path_len: u32) -> Result {
    let into = memory.bytes(path, path_len)?;
    let descriptor = descriptor::get(fd)?;
    if !descriptor.may(access::GRANT) {
        return Err(Errno::NOTDIR.into());
    }
    let name = guest_name(descriptor.grant);
    if name.len() > into.len() {
        return Err(Errno::NAMETOOLONG.into());
    }
    memory::copy(into, name);
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
    let place = memory.place(used)?;
    let mut room = memory.bytes(buf, buf_len)?;
    dir::read(&descriptor::dir(fd)?, cookie, |entry| {
        let name = entry.name.to_bytes();
        let filetype = FileType::from_mode(u16::from(entry.kind) << 12);
        for piece in [
            &types::dirent(entry.next, entry.ino, name.len(), filetype),
            name,
        ] {
            let len = memory::copy(room, piece);
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

pub fn fd_seek(memory: Memory, fd: u32, offset: i64, whence: u32, position: u32) -> Result {
    let place = memory.place(position)?;
    let whence = match whence {
        0 => Whence::Set,
        1 => Whence::Current,
        2 => Whence::End,
        _ => return Err(Errno::INVAL.into()),
    };
    place.set(file::seek(&descriptor::get(fd)?, offset, whence)?.to_le_bytes());
    Ok(())
}

pub fn fd_tell(memory: Memory, fd: u32, position: u32) -> Result {
    fd_seek(memory, fd, 0, 1, position)
}
