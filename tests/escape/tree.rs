//! The tree under attack: `inside` is granted; everything else must stay unchanged and unseen.

use super::resolver::Act;
use rustix::{
    fs::{self as sys, AtFlags, CWD, FileType, Mode, OFlags, Stat},
    io::Errno,
};
use std::{
    collections::HashSet,
    ffi::CString,
    fs, io,
    os::{
        fd::OwnedFd,
        unix::{ffi::OsStrExt, fs::MetadataExt, fs::symlink},
    },
    path::{Path, PathBuf},
};

/// Directories below `inside` that attackers exchange with a link, named with the suffix `-link`.
pub const DIRS: [&str; 3] = ["swap", "absolute", "dir/far"];
/// Files below `inside` that attackers exchange with a link, named with the suffix `-link`.
pub const FILES: [&str; 2] = ["last", "last-absolute"];
/// The directory that attackers move back and forth between `inside` and `beyond`.
pub const MOVER: &str = "mover";
/// The link that attackers create and remove below `inside`. Its target outside does not exist.
pub const FRESH: &str = "fresh";
/// The target of [`FRESH`].
pub const FRESH_TARGET: &str = "../outside/created";

/// The initial contents of a directory of the tree, both for the target of a try and for its
/// counterpart outside.
const PREY: [&str; 3] = ["secret", "victim", "token"];

/// The tree.
#[derive(Debug)]
pub struct Tree {
    /// The parent of `inside`, `outside` and `beyond`.
    pub root: PathBuf,
    /// Open descriptors of [`DIRS`], wherever their names are now.
    dirs: Vec<OwnedFd>,
    inside: OwnedFd,
    outside: Vec<(&'static str, OwnedFd)>,
    /// The intended state of `outside`.
    wanted: Vec<Thing>,
    /// The inodes of everything outside.
    inodes: HashSet<u64>,
    _folder: tempfile::TempDir,
}

/// A file outside: its path and inode and, unless it is a directory, its type, link count, size,
/// and the time of its last change.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Thing {
    place: &'static str,
    name: CString,
    inode: u64,
    rest: Option<(u32, u64, i64, i64, u64)>,
}

fn is(stat: &Stat, kind: FileType) -> bool {
    FileType::from_raw_mode(stat.st_mode) == kind
}

/// The directories outside, relative to the root. Directories that are moved there are not checked.
const OUTSIDE: [&str; 4] = [".", "outside", "outside/empty", "beyond"];

impl Tree {
    /// A new tree in a temporary folder.
    pub fn new() -> io::Result<Tree> {
        // In memory, if possible: attackers are only as fast as renames.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
        let root = folder.path().to_owned();
        let inside = root.join("inside");
        for dir in DIRS {
            fs::create_dir_all(inside.join(dir).join("empty"))?;
            fill(&inside.join(dir), "inside")?;
        }
        fs::create_dir_all(inside.join(MOVER).join("down/sub"))?;
        for dir in ["", "mover", "mover/down"] {
            fill(&inside.join(dir), "inside")?;
        }
        for file in FILES.into_iter().chain(["file"]) {
            fs::write(inside.join(file), "inside")?;
        }
        symlink("../outside", inside.join("swap-link"))?;
        symlink(root.join("outside"), inside.join("absolute-link"))?;
        symlink("hop", inside.join("dir/far-link"))?;
        symlink("./../dir/./hop2", inside.join("dir/hop"))?;
        symlink("../../outside", inside.join("dir/hop2"))?;
        symlink("../outside/secret", inside.join("last-link"))?;
        symlink(
            root.join("outside/secret"),
            inside.join("last-absolute-link"),
        )?;
        for dir in OUTSIDE {
            fs::create_dir_all(root.join(dir))?;
        }
        let mut tree = Tree {
            dirs: DIRS
                .iter()
                .map(|dir| open_dir(&inside.join(dir)))
                .collect::<io::Result<_>>()?,
            inside: open_dir(&inside)?,
            outside: OUTSIDE
                .into_iter()
                .map(|dir| Ok((dir, open_dir(&root.join(dir))?)))
                .collect::<io::Result<_>>()?,
            wanted: vec![],
            inodes: HashSet::new(),
            root,
            _folder: folder,
        };
        tree.repair()?;
        Ok(tree)
    }

    /// Whether this is the inode of a file outside.
    pub fn is_outside(&self, inode: u64) -> bool {
        self.inodes.contains(&inode)
    }

    /// The inodes of everything outside.
    pub fn inodes(&self) -> impl ExactSizeIterator<Item = u64> {
        self.inodes.iter().copied()
    }

    /// The differences between the outside and its intended state; empty if there are none.
    pub fn damage(&self) -> io::Result<Vec<String>> {
        let found = self.look()?;
        if found == self.wanted {
            return Ok(vec![]);
        }
        let differing = found
            .iter()
            .filter(|thing| !self.wanted.contains(thing))
            .map(|thing| format!("{thing:?}"));
        let missing = self
            .wanted
            .iter()
            .filter(|thing| !found.contains(thing))
            .map(|thing| format!("not {thing:?}"));
        Ok(differing.chain(missing).collect())
    }

    /// Restores the outside to its intended state.
    pub fn repair(&mut self) -> io::Result<()> {
        for dir in ["outside", "beyond", "."] {
            let dir = self.root.join(dir);
            for entry in fs::read_dir(&dir)? {
                let entry = entry?;
                let name = entry.file_name();
                let known = [
                    "inside", "outside", "beyond", "empty", "secret", "victim", "token", MOVER,
                ];
                if !known.iter().any(|known| name == *known) {
                    remove(&entry.path())?;
                }
            }
            for prey in PREY {
                remove(&dir.join(prey))?;
            }
            fill(&dir, "OUTSIDE")?;
        }
        let empty = self.root.join("outside/empty");
        if fs::symlink_metadata(&empty).is_err() {
            fs::create_dir(&empty)?;
        }
        for (name, dir) in &mut self.outside {
            *dir = open_dir(&self.root.join(*name))?;
        }
        self.wanted = self.look()?;
        self.inodes = HashSet::new();
        for (name, _) in &self.outside {
            let path = self.root.join(name);
            self.inodes.insert(fs::symlink_metadata(&path)?.ino());
            for prey in PREY.iter().filter(|_| *name != "outside/empty") {
                self.inodes
                    .insert(fs::symlink_metadata(path.join(prey))?.ino());
            }
        }
        Ok(())
    }

    /// The current state of everything outside.
    fn look(&self) -> io::Result<Vec<Thing>> {
        let mut things = vec![];
        for (place, dir) in &self.outside {
            let mut entries = sys::Dir::read_from(dir)?;
            while let Some(entry) = entries.next().transpose()? {
                let name = entry.file_name();
                if [c".", c"..", c"mover", c"app"].contains(&name) {
                    continue;
                }
                let stat = sys::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)?;
                things.push(Thing {
                    place,
                    name: name.to_owned(),
                    inode: stat.st_ino,
                    // The entries of a directory are checked separately.
                    rest: (!is(&stat, FileType::Directory)).then_some((
                        stat.st_mode,
                        stat.st_nlink,
                        stat.st_size,
                        stat.st_mtime,
                        stat.st_mtime_nsec,
                    )),
                });
            }
        }
        things.sort();
        Ok(things)
    }

    /// Prepares everything inside for the next try after one of `act`, wherever attackers have
    /// moved it.
    pub fn tidy(&self, act: Act) -> io::Result<()> {
        for dir in self.dirs.iter().chain([&self.inside]) {
            let made = match act {
                Act::Create => "created",
                Act::MakeDirectory => "made",
                Act::RenameTo => "renamed",
                Act::LinkTo => "linked",
                Act::Symlink => "pointer",
                _ => "got",
            };
            match act {
                Act::Unlink | Act::RenameFrom => {
                    sys::openat(dir, "victim", OFlags::CREATE | OFlags::WRONLY, MODE)?;
                    continue;
                }
                Act::RemoveDirectory => match sys::mkdirat(dir, "empty", Mode::RWXU) {
                    Err(Errno::EXIST) | Ok(()) => continue,
                    Err(error) => return Err(error.into()),
                },
                _ => {}
            }
            match sys::unlinkat(dir, made, AtFlags::empty()) {
                Err(Errno::ISDIR) => sys::unlinkat(dir, made, AtFlags::REMOVEDIR)?,
                Err(Errno::NOENT) | Ok(()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        match act {
            Act::RenameTo => {
                sys::openat(&self.inside, "file", OFlags::CREATE | OFlags::WRONLY, MODE)?;
            }
            // A file that a try created prevents the attacker from creating its link.
            Act::Create => {
                let fresh = sys::statat(&self.inside, FRESH, AtFlags::SYMLINK_NOFOLLOW);
                if fresh.is_ok_and(|stat| is(&stat, FileType::RegularFile)) {
                    let _ = sys::unlinkat(&self.inside, FRESH, AtFlags::empty());
                }
            }
            _ => {}
        }
        Ok(())
    }
}

const MODE: Mode = Mode::RUSR.union(Mode::WUSR);

fn open_dir(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
    Ok(sys::openat(CWD, path, flags, Mode::empty())?)
}

/// Creates the targets of tries in `dir`. Their contents and link targets tell which side they are
/// on.
fn fill(dir: &Path, side: &str) -> io::Result<()> {
    for name in PREY {
        match name {
            "token" => symlink(side, dir.join(name))?,
            _ => fs::write(dir.join(name), side)?,
        }
    }
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether a link target is that of a link outside.
pub fn is_outside_target(target: &[u8]) -> bool {
    target == Path::new("OUTSIDE").as_os_str().as_bytes()
}
