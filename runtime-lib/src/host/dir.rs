//! Everything on a path below a directory, and reading directories.

use super::{
    cookies::Cookies,
    descriptor::{self, Descriptor, GivenUp, Kind, access},
    embed, notes,
    path::{self as resolve, PathBuffer, Place, SHORT, ShortName, parent, place},
};
use crate::{
    os::{
        Errno, Fd, fd,
        path::{self, Entry, Room, Stat, at, flags, kind},
        retry,
        time::Timespec,
    },
    thread,
};
use core::{cell::Cell, ffi::CStr};

/// How [`open`] opens.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Flags of [`crate::os::path::flags`] without the access mode.
    pub flags: u32,
    /// For reading.
    pub read: bool,
    /// For writing.
    pub write: bool,
    /// Bits of [`access`] that the descriptor has besides: `SYNC`, `ALLOCATE`, `MUTATE`.
    pub besides: u8,
    /// What the program has given up of it.
    pub given_up: GivenUp,
}

/// Opens `path` below `dir`: the number of the new descriptor.
#[inline(always)]
pub fn open(dir: &Descriptor, path: &mut PathBuffer, how: Open) -> Result<u32, Errno> {
    descriptor::room()?;
    if let Some(embedded) = embed::of(dir.fd) {
        return (embedded.open)(dir, path, how).inspect_err(|error| {
            if *error == Errno::EROFS {
                notes::read_only(*dir);
            }
        });
    }
    let change = flags::CREAT | flags::TRUNC;
    if how.write || how.flags & change != 0 {
        dir.change()?;
    }
    if how.flags & flags::DIRECTORY != 0 && how.flags & (change | flags::EXCL) != 0 {
        return Err(Errno::EINVAL);
    }
    let mode = match (how.read, how.write) {
        (true, true) => flags::RDWR,
        (false, true) => flags::WRONLY,
        _ => flags::RDONLY,
    };
    let permissions = if how.flags & flags::CREAT == 0 {
        0
    } else {
        0o666
    };
    let fd = resolve::open(dir.fd, path, how.flags | mode, permissions)?;
    // The kernel opens no directory for writing, and makes none.
    let kind = if how.flags & flags::DIRECTORY != 0 {
        Kind::DIR
    } else if how.write || how.flags & change != 0 {
        Kind::FILE
    } else {
        descriptor::unknown()
    };
    let access = match mode {
        flags::RDWR => access::READ | access::WRITE,
        flags::WRONLY => access::WRITE,
        _ => access::READ,
    };
    let opened = Descriptor {
        fd,
        kind,
        access: access | how.besides | dir.access & access::CHANGE,
        grant: dir.grant,
    };
    descriptor::insert_without(opened, how.given_up)
}

/// Status of `path`; of a link itself without `follow`.
#[inline(always)]
pub fn stat<'a>(
    dir: &Descriptor,
    path: &mut PathBuffer,
    follow: bool,
    room: &'a mut Room,
) -> Result<&'a mut Stat, Errno> {
    if let Some(embedded) = embed::of(dir.fd) {
        return (embedded.stat_path)(dir.fd, path, follow, room);
    }
    if let Some(name) = path.plain_name()
        && let Some(result) = stat_in(dir.fd, name, follow, room)
    {
        result?;
        // SAFETY: it has filled in the room.
        return Ok(unsafe { room.known() });
    }
    stat_opened(dir.fd, path, follow, room)
}

/// [`stat`] of a name in `dir` itself, `len` bytes of `path`: fills in the room. `None`: it is for [`stat`].
#[inline(always)]
pub fn stat_name(
    dir: &Descriptor,
    (path, len): (&[Cell<u8>; SHORT], usize),
    follow: bool,
    room: &mut Room,
) -> Option<Result<(), Errno>> {
    if embed::holds(dir.fd) {
        return None;
    }
    stat_in(dir.fd, ShortName::empty().load(path, len)?, follow, room)
}

/// [`stat`] of a name in `dir` itself: fills in the room. `None` for a link that is to be followed.
#[inline(always)]
fn stat_in(dir: Fd, name: &CStr, follow: bool, room: &mut Room) -> Option<Result<(), Errno>> {
    match path::fstatat(dir, name, at::SYMLINK_NOFOLLOW, room) {
        Ok(stat) if !follow || !stat.is(kind::LINK) => Some(Ok(())),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    }
}

/// [`stat`] where the kernel could leave `dir` on the way.
#[inline(never)]
fn stat_opened<'a>(
    dir: Fd,
    path: &mut PathBuffer,
    follow: bool,
    room: &'a mut Room,
) -> Result<&'a mut Stat, Errno> {
    let nofollow = if follow { 0 } else { flags::NOFOLLOW };
    let opened = resolve::open(dir, path, flags::PATH | nofollow, 0)?;
    let result = path::fstat(opened, room);
    let _ = fd::close(opened);
    match result {
        // It took the place of what the walk had found.
        Ok(stat) if follow && stat.is(kind::LINK) => Err(Errno::ELOOP),
        result => result,
    }
}

/// Makes a directory.
pub fn create_directory(dir: &Descriptor, path: &mut PathBuffer) -> Result<(), Errno> {
    dir.change()?;
    let place = parent(dir.fd, path)?;
    path::mkdirat(place.dir.fd(), place.name, 0o777)
}

/// Removes an empty directory.
pub fn remove_directory(dir: &Descriptor, path: &mut PathBuffer) -> Result<(), Errno> {
    dir.change()?;
    let place = parent(dir.fd, path)?;
    path::unlinkat(place.dir.fd(), place.name, at::REMOVEDIR)
}

/// Removes what is no directory.
pub fn unlink(dir: &Descriptor, path: &mut PathBuffer) -> Result<(), Errno> {
    dir.change()?;
    let place = parent(dir.fd, path)?;
    path::unlinkat(place.dir.fd(), place.name, 0)
}

/// Renames `old` below `old_dir` to `new` below `new_dir`.
pub fn rename(
    old_dir: &Descriptor,
    old: &mut PathBuffer,
    new_dir: &Descriptor,
    new: &mut PathBuffer,
) -> Result<(), Errno> {
    old_dir.change()?;
    new_dir.change()?;
    let old = parent(old_dir.fd, old)?;
    let new = parent(new_dir.fd, new)?;
    path::renameat(old.dir.fd(), old.name, new.dir.fd(), new.name)
}

/// Makes `new` another name of `old`; of what a link leads to, with `follow`.
pub fn link(
    old_dir: &Descriptor,
    old: &mut PathBuffer,
    follow: bool,
    new_dir: &Descriptor,
    new: &mut PathBuffer,
) -> Result<(), Errno> {
    old_dir.change()?;
    new_dir.change()?;
    let old = place(old_dir.fd, old, follow)?;
    if old.name == c"." {
        // A directory has one name; the wall would find another reason.
        return Err(Errno::EPERM);
    }
    let slash = new.ends_in_slash();
    let new = parent(new_dir.fd, new)?;
    let made = path::linkat(old.dir.fd(), old.name, new.dir.fd(), new.name, 0);
    made.map_err(|error| existing(error, &new, slash))
}

/// Makes `path` a link to `target`, which must be relative, or it could never be followed.
pub fn symlink(target: &PathBuffer, dir: &Descriptor, path: &mut PathBuffer) -> Result<(), Errno> {
    dir.change()?;
    let slash = path.ends_in_slash();
    let place = parent(dir.fd, path)?;
    let made = path::symlinkat(target.as_c_str(), place.dir.fd(), place.name);
    made.map_err(|error| existing(error, &place, slash))
}

/// Why nothing can be made at `place`: the kernel does not mind a slash behind the name of a file.
fn existing(error: Errno, place: &Place, slash: bool) -> Errno {
    if error != Errno::EEXIST || !slash {
        return error;
    }
    let mut name = PathBuffer::empty();
    let name = match name.load_host(place.name.to_bytes()) {
        Ok(()) => name.without_slash(),
        Err(error) => return error,
    };
    match path::fstatat(
        place.dir.fd(),
        name,
        at::SYMLINK_NOFOLLOW,
        &mut Room::empty(),
    ) {
        Ok(stat) if stat.is(kind::DIRECTORY) || stat.is(kind::LINK) => error,
        Ok(_) => Errno::ENOTDIR,
        Err(error) => error,
    }
}

/// The target of a link: how many bytes of `into` it fills, silently cut.
pub fn read_link(dir: &Descriptor, path: &mut PathBuffer, into: &mut [u8]) -> Result<usize, Errno> {
    if let Some(embedded) = embed::of(dir.fd) {
        return (embedded.read_link)(dir.fd, path, into);
    }
    let place = place(dir.fd, path, false)?;
    path::readlinkat(place.dir.fd(), place.name, into)
}

/// Sets the times of access and modification; of a link itself without `follow`.
pub fn set_times(
    dir: &Descriptor,
    path: &mut PathBuffer,
    follow: bool,
    times: &[Timespec; 2],
) -> Result<(), Errno> {
    dir.change()?;
    let place = place(dir.fd, path, follow)?;
    path::utimensat(
        place.dir.fd(),
        Some(place.name),
        times,
        at::SYMLINK_NOFOLLOW,
    )
}

/// Shows the entries behind `cookie` (0: all; otherwise what an entry said is `next`) to `take`,
/// until it wants no more.
pub fn read(
    dir: &Descriptor,
    cookie: u64,
    mut take: impl FnMut(&Entry) -> bool,
) -> Result<(), Errno> {
    if let Some(embedded) = embed::of(dir.fd) {
        return (embedded.entries)(dir.fd, cookie, &mut take);
    }
    // Where the kernel goes on reading belongs to all who have the directory open by this descriptor.
    let _others_wait = thread::exclusive(dir.fd)?;
    read_from(dir, cookie, take)
}

/// [`read`] with cookies of 31 bits.
pub fn read_narrow(
    dir: &Descriptor,
    cookie: u64,
    mut take: impl FnMut(&Entry) -> bool,
) -> Result<(), Errno> {
    if let Some(embedded) = embed::of(dir.fd) {
        return (embedded.entries)(dir.fd, cookie, &mut take);
    }
    let _others_wait = thread::exclusive(dir.fd)?;
    let mut cookies = Cookies::of(dir.fd);
    let Some(position) = cookies.position(cookie) else {
        return Ok(());
    };
    let result = read_from(dir, position, |entry| {
        take(&Entry {
            next: cookies.cookie(entry.next),
            ..*entry
        })
    });
    cookies.keep();
    result
}

/// [`read`] of a directory of the kernel, by the one call that does so at the moment.
fn read_from(
    dir: &Descriptor,
    position: u64,
    mut take: impl FnMut(&Entry) -> bool,
) -> Result<(), Errno> {
    let mut records = [0; 4096];
    match fd::lseek(dir.fd, position as i64, fd::Whence::Set) {
        // Behind every place that there is.
        Err(Errno::EINVAL) => return Ok(()),
        result => result?,
    };
    loop {
        let len = match retry(|| fd::read_entries(dir.fd, &mut records)) {
            // It was removed: nothing is in it, which is no error for a C library either.
            Err(Errno::ENOENT) => 0,
            result => result?,
        };
        if len == 0 {
            return Ok(());
        }
        for mut entry in path::entries(records.get(..len).unwrap_or(&[])) {
            complete(dir, &mut entry)?;
            if !take(&entry) {
                return Ok(());
            }
        }
    }
}

/// What a program must not or cannot see otherwise: `..` may be outside the grant, so its inode is
/// the directory's own; a file system that does not tell kinds is asked for each.
fn complete(dir: &Descriptor, entry: &mut Entry) -> Result<(), Errno> {
    let mut room = Room::empty();
    if entry.name == c".." {
        entry.ino = path::fstat(dir.fd, &mut room)?.ino();
    } else if entry.kind == 0
        && let Ok(stat) = path::fstatat(dir.fd, entry.name, at::SYMLINK_NOFOLLOW, &mut room)
    {
        entry.kind = (stat.mode() >> 12) as u8;
    }
    Ok(())
}
