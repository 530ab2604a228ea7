//! Rights: the operations on a descriptor that the program has not given up.
//!
//! A descriptor starts with all rights for its kind and its access mode: programs request fewer
//! than they use, and the grant is checked on use. A right that `fd_fdstat_set_rights` has removed
//! is missing for every call that needs it, and for all files that are opened through the
//! descriptor.

use super::{
    Errno, Failure, Result,
    types::{FileType, fdflags},
};
use crate::{
    host::descriptor::{self, Descriptor, GivenUp, Kind, access},
    os::{self, path::flags},
};

macro_rules! rights {
    ($($name:ident $bit:literal)*) => {
        $(pub const $name: u32 = 1 << $bit;)*
    };
}

rights! {
    FD_DATASYNC 0
    FD_READ 1
    FD_SEEK 2
    FD_FDSTAT_SET_FLAGS 3
    FD_SYNC 4
    FD_TELL 5
    FD_WRITE 6
    FD_ADVISE 7
    FD_ALLOCATE 8
    PATH_CREATE_DIRECTORY 9
    PATH_CREATE_FILE 10
    PATH_LINK_SOURCE 11
    PATH_LINK_TARGET 12
    PATH_OPEN 13
    FD_READDIR 14
    PATH_READLINK 15
    PATH_RENAME_SOURCE 16
    PATH_RENAME_TARGET 17
    PATH_FILESTAT_GET 18
    PATH_FILESTAT_SET_SIZE 19
    PATH_FILESTAT_SET_TIMES 20
    FD_FILESTAT_GET 21
    FD_FILESTAT_SET_SIZE 22
    FD_FILESTAT_SET_TIMES 23
    PATH_SYMLINK 24
    PATH_REMOVE_DIRECTORY 25
    PATH_UNLINK_FILE 26
    POLL_FD_READWRITE 27
    SOCK_SHUTDOWN 28
    SOCK_ACCEPT 29
}

/// The rights of a file that is open for reading and writing: all of them.
const FILE: u32 = (1 << 30) - 1;

/// The rights of a stream: no position, no size, no other properties of files.
const STREAM: u32 = FD_DATASYNC
    | FD_READ
    | FD_FDSTAT_SET_FLAGS
    | FD_SYNC
    | FD_WRITE
    | FD_FILESTAT_GET
    | POLL_FD_READWRITE
    | SOCK_SHUTDOWN
    | SOCK_ACCEPT;

/// The rights of a directory: everything on paths, reading it, and its own status.
const DIRECTORY: u32 = PATH_CREATE_DIRECTORY
    | PATH_CREATE_FILE
    | PATH_LINK_SOURCE
    | PATH_LINK_TARGET
    | PATH_OPEN
    | FD_READDIR
    | PATH_READLINK
    | PATH_RENAME_SOURCE
    | PATH_RENAME_TARGET
    | PATH_FILESTAT_GET
    | PATH_FILESTAT_SET_SIZE
    | PATH_FILESTAT_SET_TIMES
    | FD_FILESTAT_GET
    | FD_FILESTAT_SET_TIMES
    | PATH_SYMLINK
    | PATH_REMOVE_DIRECTORY
    | PATH_UNLINK_FILE;

/// The rights of files that are opened below a directory: also the rights of files.
const INHERITING: u32 = DIRECTORY
    | FD_DATASYNC
    | FD_READ
    | FD_SEEK
    | FD_FDSTAT_SET_FLAGS
    | FD_SYNC
    | FD_TELL
    | FD_WRITE
    | FD_ADVISE
    | FD_ALLOCATE
    | FD_FILESTAT_SET_SIZE
    | POLL_FD_READWRITE;

/// The rights of a descriptor: its own, and those of files that are opened through it.
pub fn current(descriptor: &Descriptor, filetype: FileType, given_up: GivenUp) -> (u32, u32) {
    let (own, below) = if filetype == FileType::Directory {
        (DIRECTORY, INHERITING)
    } else {
        let rights = of_file(descriptor, filetype);
        (rights, rights)
    };
    (own & !given_up.own, below & !given_up.below)
}

fn of_file(descriptor: &Descriptor, filetype: FileType) -> u32 {
    let mut rights = match descriptor.kind {
        Kind::STREAM => STREAM,
        _ => FILE,
    };
    if !descriptor.may(access::READ) {
        rights &= !(FD_READ | FD_READDIR);
    }
    if !descriptor.may(access::WRITE) {
        rights &= !FD_WRITE;
    }
    // C libraries use these rights to distinguish a terminal from other character devices.
    if filetype == FileType::CharacterDevice && os::fd::is_terminal(descriptor.fd) {
        rights &= !(FD_SEEK | FD_TELL);
    }
    rights
}

/// The descriptor of `fd`, if the program has not given up one of the rights `needed`.
#[inline(always)]
pub fn get(fd: u32, needed: u32) -> Result<Descriptor> {
    let (descriptor, given_up) = descriptor::get_all(fd)?;
    check(descriptor, given_up, needed)
}

/// [`get`] for a descriptor whose kind may be unknown ([`descriptor::peek`]).
#[inline(always)]
pub fn peek(fd: u32, needed: u32) -> Result<Descriptor> {
    let (descriptor, given_up) = descriptor::peek(fd)?;
    check(descriptor, given_up, needed)
}

#[inline(always)]
fn check(descriptor: Descriptor, given_up: GivenUp, needed: u32) -> Result<Descriptor> {
    match given_up.own & needed {
        0 => Ok(descriptor),
        missing => Err(refuse(missing)),
    }
}

/// [`get`] for a directory; `EBADF` if it is none.
#[inline(always)]
pub fn dir(fd: u32, needed: u32) -> Result<Descriptor> {
    let descriptor = peek(fd, needed)?;
    if descriptor.kind != Kind::DIR {
        check_dir(fd, descriptor)?;
    }
    Ok(Descriptor {
        kind: Kind::DIR,
        ..descriptor
    })
}

/// Checks that a descriptor that is not known as a directory is one; `EBADF` if it is not.
#[cold]
#[inline(never)]
fn check_dir(fd: u32, descriptor: Descriptor) -> Result {
    match descriptor.kind {
        Kind::UNKNOWN => is(descriptor::find_out(fd, descriptor), Kind::DIR).map(drop),
        _ => Err(os::Errno::EBADF.into()),
    }
}

/// [`get`] for a file; `EBADF` if it is none.
pub fn file(fd: u32, needed: u32) -> Result<Descriptor> {
    is(get(fd, needed)?, Kind::FILE)
}

fn is(descriptor: Descriptor, kind: Kind) -> Result<Descriptor> {
    if descriptor.kind == kind {
        Ok(descriptor)
    } else {
        Err(os::Errno::EBADF.into())
    }
}

/// The error of a call that lacks these rights: POSIX's for a descriptor that is not open for
/// reading or writing.
#[cold]
fn refuse(missing: u32) -> Failure {
    if missing & (FD_READ | FD_WRITE) != 0 {
        os::Errno::EBADF.into()
    } else {
        Errno::NOTCAPABLE.into()
    }
}

/// Whether `path_open` with the rights `wanted` allows these `fdflags`: synchronous writing
/// requires the right that the specification names. Programs that request no such right must expect
/// it to be missing, as in other runtimes; C libraries and Rust's request it.
pub fn may_sync(fdflags: u32, wanted: u64) -> bool {
    let needed = if fdflags & (fdflags::SYNC | fdflags::RSYNC) != 0 {
        FD_SYNC
    } else if fdflags & fdflags::DSYNC != 0 {
        FD_SYNC | FD_DATASYNC
    } else {
        return true;
    };
    wanted & u64::from(needed) != 0
}

/// The rights that a descriptor must remember from its opening, in addition to reading and writing,
/// because other runtimes also check them.
pub fn besides(wanted: u64) -> u8 {
    let asked = |rights, access| {
        if wanted & u64::from(rights) == 0 {
            0
        } else {
            access
        }
    };
    asked(FD_SYNC | FD_DATASYNC, access::SYNC) | asked(FD_ALLOCATE, access::ALLOCATE)
}

/// The rights that a descriptor lacks if it is opened with the system's `flags` through one that
/// has given up `given_up`. Fails if it cannot be opened in this way, or if the program requests a
/// right that it cannot have.
pub fn inherit(given_up: GivenUp, wanted: u64, flags: u32) -> Result<GivenUp> {
    if given_up == GivenUp::NONE {
        return Ok(given_up);
    }
    let mut needed = PATH_OPEN;
    if flags & flags::CREAT != 0 {
        needed |= PATH_CREATE_FILE;
    }
    if flags & flags::TRUNC != 0 && given_up.own & PATH_FILESTAT_SET_SIZE != 0 {
        // As if the grant allowed no change.
        return Err(os::Errno::EPERM.into());
    }
    if given_up.own & needed != 0 || wanted & u64::from(given_up.below) != 0 {
        return Err(Errno::NOTCAPABLE.into());
    }
    Ok(GivenUp {
        own: given_up.below,
        below: given_up.below,
    })
}

/// The rights that are given up if only `own` and `below` of the `current` rights remain;
/// `NOTCAPABLE` if that would add one.
pub fn reduce(current: (u32, u32), given_up: GivenUp, own: u64, below: u64) -> Result<GivenUp> {
    let (had, had_below) = current;
    if own & !u64::from(had) != 0 || below & !u64::from(had_below) != 0 {
        return Err(Errno::NOTCAPABLE.into());
    }
    Ok(GivenUp {
        own: given_up.own | had & !(own as u32),
        below: given_up.below | had_below & !(below as u32),
    })
}
