//! Operations on a path below a directory, and reading directories.

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

/// The options of [`open`].
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Flags of [`crate::os::path::flags`] without the access mode.
    pub flags: u32,
    /// Whether to open for reading.
    pub read: bool,
    /// Whether to open for writing.
    pub write: bool,
    /// Additional bits of [`access`] for the descriptor: `SYNC`, `ALLOCATE`, `MUTATE`.
    pub besides: u8,
    /// The operations that the program has given up.
    pub given_up: GivenUp,
}

/// Opens `path` below `dir`; returns the number of the new descriptor.
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
    // The kernel opens no directory for writing, and creates none.
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

/// The status of `path`; of a link itself without `follow`.
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
        // SAFETY: `stat_in` has filled in the room.
        return Ok(unsafe { room.known() });
    }
    stat_opened(dir.fd, path, follow, room)
}

/// [`stat`] of a name directly in `dir`, the first `len` bytes of `path`: fills in the room.
/// `None`: it needs [`stat`].
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

/// [`stat`] of a name directly in `dir`: fills in the room. `None` for a link that must be
/// followed.
#[inline(always)]
fn stat_in(dir: Fd, name: &CStr, follow: bool, room: &mut Room) -> Option<Result<(), Errno>> {
    match path::fstatat(dir, name, at::SYMLINK_NOFOLLOW, room) {
        Ok(stat) if !follow || !stat.is(kind::LINK) => Some(Ok(())),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    }
}

/// [`stat`] of a path on which the kernel could leave `dir`.
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
        // A link has replaced the file that the walk had found.
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

/// Removes a file that is no directory.
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

/// Makes `new` a link to `old`; to the target of a symbolic link, with `follow`.
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
        // Directories cannot be linked; the sandbox policy would give another reason.
        return Err(Errno::EPERM);
    }
    let slash = new.ends_in_slash();
    let new = parent(new_dir.fd, new)?;
    let made = path::linkat(old.dir.fd(), old.name, new.dir.fd(), new.name, 0);
    made.map_err(|error| existing(error, &new, slash))
}

/// Makes `path` a symbolic link to `target`, which must be relative, because an absolute one could
/// never be followed.
pub fn symlink(target: &PathBuffer, dir: &Descriptor, path: &mut PathBuffer) -> Result<(), Errno> {
    dir.change()?;
    let slash = path.ends_in_slash();
    let place = parent(dir.fd, path)?;
    let made = path::symlinkat(target.as_c_str(), place.dir.fd(), place.name);
    made.map_err(|error| existing(error, &place, slash))
}

/// The error if nothing can be made at `place`: the kernel ignores a slash after the name of a
/// file.
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

/// Reads the target of a link; returns its number of bytes in `into`, silently truncated.
pub fn read_link(dir: &Descriptor, path: &mut PathBuffer, into: &mut [u8]) -> Result<usize, Errno> {
    if let Some(embedded) = embed::of(dir.fd) {
        return (embedded.read_link)(dir.fd, path, into);
    }
    let place = place(dir.fd, path, false)?;
    path::readlinkat(place.dir.fd(), place.name, into)
}

/// Sets the times of access and modification; those of a link itself without `follow`.
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

/// Passes the entries after `cookie` (0: all; otherwise the `next` of an entry) to `take`, until it
/// returns `false`.
pub fn read(
    dir: &Descriptor,
    cookie: u64,
    mut take: impl FnMut(&Entry) -> bool,
) -> Result<(), Errno> {
    if let Some(embedded) = embed::of(dir.fd) {
        return (embedded.entries)(dir.fd, cookie, &mut take);
    }
    // The kernel's position belongs to all users of this descriptor.
    let _others_wait = thread::exclusive(dir.fd)?;
    read_from(dir, cookie, take)
}

/// [`read`] with 31-bit cookies.
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

/// [`read`] for a directory of the kernel, by the call with exclusive use of it.
fn read_from(
    dir: &Descriptor,
    position: u64,
    mut take: impl FnMut(&Entry) -> bool,
) -> Result<(), Errno> {
    let mut records = [0; 4096];
    match fd::lseek(dir.fd, position as i64, fd::Whence::Set) {
        // The position is after all valid ones.
        Err(Errno::EINVAL) => return Ok(()),
        result => result?,
    };
    loop {
        let len = match retry(|| fd::read_entries(dir.fd, &mut records)) {
            // The directory was removed. It is empty, which is no error for a C library either.
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

/// Completes an entry. `..` may be outside the grant, so its inode is replaced by the directory's
/// own. If the file system does not provide kinds, each one is looked up.
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
