//! The folder of the cache. It belongs to the user, and nobody else can change its contents or
//! redirect its path.
//!
//! Files found in the folder are executed, so its location alone does not make it trusted. Every
//! component of the path, including symbolic links, must be controlled by the user or by root.
//! `sshd` and `sudo` make the same demand of their files.

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, Stat, chmodat, fstat, mkdirat, openat, readlinkat,
};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

/// Why a folder is refused, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, and with which path.
    pub why: String,
    /// A specific remedy, if there is one.
    pub help: Option<String>,
}

/// The maximum number of symbolic links on a path: the kernel's limit.
const MAX_LINKS: usize = 40;
/// The mode of created directories: accessible to the user alone.
const PRIVATE: Mode = Mode::RWXU;

/// Opens the folder and returns its path with links resolved. Creates the folder and its missing
/// parents. The path keeps its meaning as long as only root and the user act.
///
/// # Errors
/// When somebody else could change the folder or redirect its path, or when it cannot be created or
/// reached.
pub fn open(path: &Path) -> Result<PathBuf, Refused> {
    let absolute = std::path::absolute(path).map_err(|error| failed(path, &error))?;
    let mut walk = Walk::new(&absolute)?;
    while let Some(name) = walk.rest.pop_front() {
        walk.step(&name)?;
    }
    // A parent of the folder may belong to root and may be sticky; the folder itself may not.
    let stat = fstat(&walk.at).map_err(|error| failed(&walk.path, &error.into()))?;
    if stat.st_uid != geteuid().as_raw() {
        return Err(belongs(&walk.path, &stat));
    }
    match writers(&stat) {
        true => Err(writable(&walk.path, &stat)),
        false => Ok(walk.path),
    }
}

/// The position of a walk along a path: always in a directory that nobody else can change.
struct Walk {
    at: OwnedFd,
    path: PathBuf,
    rest: VecDeque<OsString>,
    links: usize,
}

impl Walk {
    fn new(absolute: &Path) -> Result<Walk, Refused> {
        let root = Path::new("/");
        let mut walk = Walk {
            at: directory(root).map_err(|error| failed(root, &error))?,
            path: root.into(),
            rest: names(absolute).collect(),
            links: 0,
        };
        walk.enter(root.into(), None)?;
        Ok(walk)
    }

    /// Enters `name`, or the target of the link of that name.
    fn step(&mut self, name: &OsStr) -> Result<(), Refused> {
        let path = match name == ".." {
            true => self.path.parent().unwrap_or(&self.path).into(),
            false => self.path.join(name),
        };
        let fd = self.find_or_make(name);
        let fd = fd.map_err(|error| failed(&path, &error.into()))?;
        let stat = fstat(&fd).map_err(|error| failed(&path, &error.into()))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => self.enter(path, Some(fd)),
            FileType::Symlink => self.follow(&path, &fd, &stat),
            _ => Err(Refused {
                why: format!("{} is no directory", path.display()),
                help: None,
            }),
        }
    }

    fn find_or_make(&self, name: &OsStr) -> Result<OwnedFd, Errno> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let find = || openat(&self.at, name, flags, Mode::empty());
        match find() {
            Err(Errno::NOENT) => {}
            done => return done,
        }
        match mkdirat(&self.at, name, PRIVATE) {
            // The umask may have cleared bits of the mode, including the user's own.
            Ok(()) => chmodat(&self.at, name, PRIVATE, AtFlags::empty())?,
            // Another process created it first.
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
        find()
    }

    fn follow(&mut self, path: &Path, fd: &OwnedFd, stat: &Stat) -> Result<(), Refused> {
        if !is_trusted(stat) {
            return Err(belongs(path, stat));
        }
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(failed(path, &Errno::LOOP.into()));
        }
        let target = readlinkat(fd, "", Vec::new());
        let target = target.map_err(|error| failed(path, &error.into()))?;
        let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
        for name in names(&target).rev() {
            self.rest.push_front(name);
        }
        if target.is_absolute() {
            let root = Path::new("/");
            let fd = directory(root).map_err(|error| failed(root, &error))?;
            return self.enter(root.into(), Some(fd));
        }
        Ok(())
    }

    /// Enters a directory, if nobody else can replace its entries.
    fn enter(&mut self, path: PathBuf, fd: Option<OwnedFd>) -> Result<(), Refused> {
        if let Some(fd) = fd {
            self.at = fd;
        }
        self.path = path;
        let stat = fstat(&self.at).map_err(|error| failed(&self.path, &error.into()))?;
        if !is_trusted(&stat) {
            return Err(belongs(&self.path, &stat));
        }
        let is_sticky = Mode::from_raw_mode(stat.st_mode).contains(Mode::SVTX);
        if writers(&stat) && !is_sticky {
            return Err(writable(&self.path, &stat));
        }
        Ok(())
    }
}

/// The components of a path below its root.
fn names(path: &Path) -> impl DoubleEndedIterator<Item = OsString> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(_) | Component::ParentDir => Some(part.as_os_str().to_owned()),
        Component::Prefix(_) | Component::RootDir | Component::CurDir => None,
    });
    names.collect::<Vec<_>>().into_iter()
}

fn directory(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(openat(CWD, path, flags, Mode::empty())?)
}

/// Whether it belongs to the user or to root, who can do anything.
fn is_trusted(stat: &Stat) -> bool {
    [0, geteuid().as_raw()].contains(&stat.st_uid)
}

/// Whether anyone other than the owner may write. With access control lists, the group bits are the
/// upper bound of what the lists grant.
pub fn writers(stat: &Stat) -> bool {
    Mode::from_raw_mode(stat.st_mode).intersects(Mode::WGRP | Mode::WOTH)
}

fn belongs(path: &Path, stat: &Stat) -> Refused {
    Refused {
        why: format!("{} belongs to user {}", path.display(), stat.st_uid),
        help: None,
    }
}

fn writable(path: &Path, stat: &Stat) -> Refused {
    let (path, mode) = (path.display(), stat.st_mode & 0o7777);
    Refused {
        why: format!("others can write to {path} (mode {mode:04o})"),
        help: Some(format!(
            "`chmod go-w '{path}'`, if all that is in it is yours"
        )),
    }
}

fn failed(path: &Path, error: &io::Error) -> Refused {
    Refused {
        why: format!("{}: {}", path.display(), super::plain(error)),
        help: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn bits(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn what_is_made_is_the_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let made = open(&path).unwrap();
        assert_eq!(made, path.canonicalize().unwrap());
        assert_eq!([bits(&path), bits(&folder.path().join("a"))], [0o700; 2]);
        assert_eq!(open(&path), Ok(made), "a second time");
    }

    #[test]
    fn what_others_can_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        open(&path).unwrap();
        for (wrong, right) in [(0o770, 0o750), (0o702, 0o755), (0o1777, 0o1755)] {
            mode(&path, wrong);
            let refused = open(&path).unwrap_err();
            let bits = format!("(mode {wrong:04o})");
            assert!(refused.why.ends_with(&bits), "{refused:?}");
            assert!(refused.help.is_some_and(|help| help.contains("chmod go-w")));
            mode(&path, right);
            assert!(open(&path).is_ok(), "{right:o}");
        }
        // The parent directories: a user who can rename an entry of one of them can replace the
        // cache folder. A sticky directory allows that only to the entry's owner.
        mode(&folder.path().join("a"), 0o777);
        assert!(open(&path).unwrap_err().why.contains("/a (mode 0777)"));
        mode(&folder.path().join("a"), 0o1777);
        assert!(open(&path).is_ok());
    }

    #[test]
    fn links_are_followed_and_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        open(&at("real/deep")).unwrap();
        symlink("real/../real/./deep", at("relative")).unwrap();
        symlink(at("relative"), at("absolute")).unwrap();
        let real = at("real/deep").canonicalize().unwrap();
        assert_eq!(open(&at("absolute")), Ok(real));
        // The directories that a link leads through are checked like those of the path itself.
        mode(&at("real"), 0o777);
        assert!(open(&at("absolute")).is_err());
        symlink("loop", at("loop")).unwrap();
        assert!(open(&at("loop/x")).is_err());
        fs::write(at("file"), "").unwrap();
        assert!(
            open(&at("file"))
                .unwrap_err()
                .why
                .ends_with("is no directory")
        );
    }

    #[test]
    fn what_belongs_to_others_is_refused() {
        // Only root can change the owner of a folder. Other users run this test on a folder that
        // belongs to root.
        if geteuid().is_root() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a");
            open(&path.join("b")).unwrap();
            std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
            for refused in [open(&path), open(&path.join("b"))] {
                let why = refused.unwrap_err().why;
                assert!(why.ends_with("/a belongs to user 12345"), "{why}");
            }
            let link = folder.path().join("link");
            symlink("/usr", &link).unwrap();
            std::os::unix::fs::lchown(&link, Some(12345), None).unwrap();
            assert!(
                open(&link)
                    .unwrap_err()
                    .why
                    .ends_with("/link belongs to user 12345")
            );
        } else {
            assert_eq!(open(Path::new("/")).unwrap_err().why, "/ belongs to user 0");
        }
    }
}
