//! What resolves the paths that are fought over: the runtime, and two naive ways that must lose.

use super::tree::Tree;
use rustix::{
    fs::{self as sys, AtFlags, CWD, FileType, Mode, OFlags, Timespec, Timestamps},
    io::Errno,
};
use std::{
    cell::Cell,
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};
use wasi_aot_runtime::{
    host::{
        descriptor::{self, Descriptor, GivenUp, Kind, access},
        dir::{self, Open},
        path::PathBuffer,
    },
    os::{
        self,
        path::{Room, flags, kind},
        time,
    },
};

/// What is done with a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Opens it for reading.
    Read,
    /// Opens it for writing, and makes it.
    Create,
    /// Opens it for writing, and empties it.
    Truncate,
    /// Opens it as a directory and reads it.
    List,
    /// Asks for its status.
    Stat,
    /// Reads it as a link.
    ReadLink,
    /// Makes a directory.
    MakeDirectory,
    /// Removes a directory.
    RemoveDirectory,
    /// Removes a file.
    Unlink,
    /// Renames it to `got`.
    RenameFrom,
    /// Renames `file` to it.
    RenameTo,
    /// Gives what it leads to the name `got`.
    LinkFrom,
    /// Gives `file` this name.
    LinkTo,
    /// Makes a link.
    Symlink,
    /// Sets its times.
    SetTimes,
}

impl Act {
    /// All of them.
    pub const ALL: [Act; 15] = [
        Act::Read,
        Act::Create,
        Act::Truncate,
        Act::List,
        Act::Stat,
        Act::ReadLink,
        Act::MakeDirectory,
        Act::RemoveDirectory,
        Act::Unlink,
        Act::RenameFrom,
        Act::RenameTo,
        Act::LinkFrom,
        Act::LinkTo,
        Act::Symlink,
        Act::SetTimes,
    ];

    /// Whether it changes something.
    pub fn changes(self) -> bool {
        !matches!(self, Act::Read | Act::List | Act::Stat | Act::ReadLink)
    }

    /// Whether it follows a link in the last component.
    fn follows(self) -> bool {
        use Act::{Create, LinkFrom, List, Read, SetTimes, Stat, Truncate};
        matches!(
            self,
            Read | Create | Truncate | List | Stat | LinkFrom | SetTimes
        )
    }
}

/// What was reached.
#[derive(Debug)]
pub enum Reached {
    /// These inodes.
    Inodes(Vec<u64>),
    /// This target of a link.
    Target(Vec<u8>),
    /// Something was changed; the tree shows what.
    Change,
}

/// One way to resolve paths.
pub trait Resolver {
    /// Does it to `path` below the granted directory; what was reached, or the number of the error.
    fn act(&self, act: Act, path: &str) -> Result<Reached, i32>;
}

/// The runtime's.
#[derive(Debug)]
pub struct Runtime {
    dir: Descriptor,
    fd: OwnedFd,
}

impl Runtime {
    /// With the directory `inside` of the tree, or one below it, as a grant.
    pub fn new(tree: &Tree, dir: &str) -> io::Result<Runtime> {
        use std::os::fd::AsRawFd;
        let fd = granted(tree, dir)?;
        let dir = Descriptor {
            fd: os::Fd(fd.as_raw_fd()),
            kind: Kind::DIR,
            access: access::READ | access::CHANGE | access::GRANT,
            grant: 0,
        };
        Ok(Runtime { dir, fd })
    }

    fn open(&self, act: Act, path: &mut PathBuffer) -> Result<Reached, os::Errno> {
        let how = Open {
            flags: match act {
                Act::Create => flags::CREAT,
                Act::Truncate => flags::TRUNC,
                Act::List => flags::DIRECTORY,
                _ => 0,
            },
            read: true,
            write: matches!(act, Act::Create | Act::Truncate),
            besides: 0,
            given_up: GivenUp::NONE,
        };
        let number = dir::open(&self.dir, path, how)?;
        let opened = descriptor::get(number)?;
        // SAFETY: it is open until the number is closed below.
        let mut inodes = vec![inode(unsafe { BorrowedFd::borrow_raw(opened.fd.0) })];
        if act == Act::List {
            dir::read(&opened, 0, |entry| {
                inodes.push(entry.ino);
                true
            })?;
        }
        descriptor::close(number)?;
        Ok(Reached::Inodes(inodes))
    }
}

fn granted(tree: &Tree, dir: &str) -> io::Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    let path = tree.root.join("inside").join(dir);
    Ok(sys::openat(CWD, path, flags, Mode::empty())?)
}

fn inode(fd: BorrowedFd<'_>) -> u64 {
    sys::fstat(fd).expect("what is open has a status").st_ino
}

fn load(path: &str) -> Result<PathBuffer, os::Errno> {
    let cells: Vec<_> = path.bytes().map(Cell::new).collect();
    let mut buffer = PathBuffer::empty();
    buffer.load(&cells)?;
    Ok(buffer)
}

/// The inode of `got`, which is removed: what a link or a rename has caught.
fn caught(dir: impl AsFd) -> Result<Reached, Errno> {
    let stat = sys::statat(&dir, "got", AtFlags::SYMLINK_NOFOLLOW)?;
    // A directory that was caught stays for the tidying.
    let _ = sys::unlinkat(&dir, "got", AtFlags::empty());
    Ok(Reached::Inodes(vec![stat.st_ino]))
}

impl Resolver for Runtime {
    fn act(&self, act: Act, path: &str) -> Result<Reached, i32> {
        let act_on = |path: &mut PathBuffer| -> Result<Reached, os::Errno> {
            let dir = &self.dir;
            match act {
                Act::Read | Act::Create | Act::Truncate | Act::List => return self.open(act, path),
                Act::Stat => {
                    let mut room = Room::empty();
                    let stat = dir::stat(dir, path, true, &mut room)?;
                    let is_link = stat.is(kind::LINK);
                    assert!(!is_link, "a link that should have been followed");
                    return Ok(Reached::Inodes(vec![stat.ino()]));
                }
                Act::ReadLink => {
                    let mut target = [0; 256];
                    let len = dir::read_link(dir, path, &mut target)?;
                    return Ok(Reached::Target(target[..len].to_vec()));
                }
                Act::MakeDirectory => dir::create_directory(dir, path),
                Act::RemoveDirectory => dir::remove_directory(dir, path),
                Act::Unlink => dir::unlink(dir, path),
                Act::RenameFrom => dir::rename(dir, path, dir, &mut load("got")?),
                Act::RenameTo => dir::rename(dir, &mut load("file")?, dir, path),
                Act::LinkFrom => dir::link(dir, path, true, dir, &mut load("got")?),
                Act::LinkTo => dir::link(dir, &mut load("file")?, false, dir, path),
                Act::Symlink => dir::symlink(&load("file")?, dir, path),
                Act::SetTimes => dir::set_times(dir, path, true, &[time::Timespec::default(); 2]),
            }?;
            Ok(Reached::Change)
        };
        let reached = load(path)
            .and_then(|mut path| act_on(&mut path))
            .map_err(|error| i32::from(error.number()))?;
        match act {
            Act::RenameFrom | Act::LinkFrom => caught(&self.fd).map_err(Errno::raw_os_error),
            _ => Ok(reached),
        }
    }
}

/// How a naive sandbox resolves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Naive {
    /// Looks at each component, and when none is a link, gives the whole path to the kernel.
    Looks,
    /// Opens component by component and follows no link, but trusts the kernel's `..` as long as it
    /// has gone down more often than up.
    Counts,
}

/// A naive sandbox.
#[derive(Debug)]
pub struct NaiveResolver {
    way: Naive,
    dir: OwnedFd,
}

impl NaiveResolver {
    /// With `inside` as its grant.
    pub fn new(tree: &Tree, way: Naive) -> io::Result<NaiveResolver> {
        let dir = granted(tree, "")?;
        Ok(NaiveResolver { way, dir })
    }

    /// Refuses what leads outside by its looks, and any link.
    fn look(&self, path: &str) -> Result<(), Errno> {
        let mut depth = 0;
        let mut end = 0;
        for component in path.split('/') {
            end += component.len() + 1;
            depth += if component == ".." { -1 } else { 1 };
            if depth < 0 {
                return Err(Errno::PERM);
            }
            let last = end > path.len();
            match sys::statat(&self.dir, &path[..end - 1], AtFlags::SYMLINK_NOFOLLOW) {
                // Links that are asked for by themselves stay inside.
                Ok(_) if last && component == "token" => {}
                Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => {
                    return Err(Errno::PERM);
                }
                Err(error) if !last => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// The directory of the last name, and the name.
    fn walk<'a>(&self, path: &'a str) -> Result<(OwnedFd, &'a str), Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let (parents, name) = path.rsplit_once('/').unwrap_or((".", path));
        let mut dir = sys::openat(&self.dir, ".", flags, Mode::empty())?;
        let mut depth = 0;
        for component in parents.split('/') {
            depth += if component == ".." { -1 } else { 1 };
            if depth < 0 {
                return Err(Errno::PERM);
            }
            dir = sys::openat(&dir, component, flags, Mode::empty())?;
        }
        Ok((dir, name))
    }

    fn act_at(
        &self,
        act: Act,
        dir: BorrowedFd<'_>,
        name: &str,
        follow: bool,
    ) -> Result<Reached, Errno> {
        let own = &self.dir;
        let (open, at) = if follow {
            (OFlags::CLOEXEC, AtFlags::empty())
        } else {
            (
                OFlags::CLOEXEC | OFlags::NOFOLLOW,
                AtFlags::SYMLINK_NOFOLLOW,
            )
        };
        let opened = |flags| {
            let fd = sys::openat(dir, name, flags | open, Mode::RUSR | Mode::WUSR)?;
            Ok(Reached::Inodes(vec![inode(fd.as_fd())]))
        };
        match act {
            Act::Read => return opened(OFlags::RDONLY),
            Act::Create => return opened(OFlags::RDWR | OFlags::CREATE),
            Act::Truncate => return opened(OFlags::RDWR | OFlags::TRUNC),
            Act::List => return opened(OFlags::RDONLY | OFlags::DIRECTORY),
            Act::Stat => {
                let stat = sys::statat(dir, name, at)?;
                return Ok(Reached::Inodes(vec![stat.st_ino]));
            }
            Act::ReadLink => {
                let target = sys::readlinkat(dir, name, vec![])?;
                return Ok(Reached::Target(target.into_bytes()));
            }
            Act::MakeDirectory => sys::mkdirat(dir, name, Mode::RWXU),
            Act::RemoveDirectory => sys::unlinkat(dir, name, AtFlags::REMOVEDIR),
            Act::Unlink => sys::unlinkat(dir, name, AtFlags::empty()),
            Act::RenameFrom => sys::renameat(dir, name, own, "got"),
            Act::RenameTo => sys::renameat(own, "file", dir, name),
            Act::LinkFrom if follow => sys::linkat(dir, name, own, "got", AtFlags::SYMLINK_FOLLOW),
            Act::LinkFrom => sys::linkat(dir, name, own, "got", AtFlags::empty()),
            Act::LinkTo => sys::linkat(own, "file", dir, name, AtFlags::empty()),
            Act::Symlink => sys::symlinkat("file", dir, name),
            Act::SetTimes => sys::utimensat(dir, name, &EPOCH, at),
        }?;
        match act {
            Act::RenameFrom | Act::LinkFrom => caught(own),
            _ => Ok(Reached::Change),
        }
    }
}

const ZERO: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};
const EPOCH: Timestamps = Timestamps {
    last_access: ZERO,
    last_modification: ZERO,
};

impl Resolver for NaiveResolver {
    fn act(&self, act: Act, path: &str) -> Result<Reached, i32> {
        let acted = match self.way {
            Naive::Looks => self
                .look(path)
                .and_then(|()| self.act_at(act, self.dir.as_fd(), path, act.follows())),
            Naive::Counts => self
                .walk(path)
                .and_then(|(dir, name)| self.act_at(act, dir.as_fd(), name, false)),
        };
        acted.map_err(Errno::raw_os_error)
    }
}
