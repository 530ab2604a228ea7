//! Resolves a path component by component, on systems that cannot open below a directory. The
//! kernel never follows a link in this, so no simultaneous change of the tree can lead outside.

use super::notes::Shown;
use super::path::{Held, PathBuffer, Place, SEARCH, escape, parent};
use crate::os::{
    Errno, Fd,
    path::{flags, openat},
    retry,
};
use core::ffi::CStr;

/// The maximum of links that one path may follow: the kernel's.
const LINKS: u32 = 40;

struct Walk {
    root: Fd,
    /// The current directory.
    dir: Held,
    /// The names from `root` to `dir`, none of which was a link.
    names: PathBuffer,
    /// The path of the program, for a note.
    asked: Shown,
}

impl Walk {
    /// Enters the directory `name`; `ENOTDIR` or `ELOOP` if it is a link.
    fn down(&mut self, name: &CStr) -> Result<(), Errno> {
        self.dir = enter(&self.dir, name)?;
        self.names.push(name)
    }

    /// `..`: starts again from the root, because the kernel's `..` may be outside by now.
    fn up(&mut self) -> Result<(), Errno> {
        if !self.names.pop() {
            return Err(escape(Some(self.root), &self.asked));
        }
        self.dir = Held::borrowed(self.root);
        let mut index = 0;
        while let Some((name, next)) = self.names.name(index) {
            self.dir = enter(&self.dir, name)?;
            index = next;
        }
        Ok(())
    }
}

fn enter(dir: &Held, name: &CStr) -> Result<Held, Errno> {
    retry(|| openat(dir.fd(), name, SEARCH | flags::NOFOLLOW, 0)).map(Held::owned)
}

/// The location of the last name of `path` below `root`. The name is never `..` and has no trailing
/// slash: otherwise the result is `.` in the directory itself. Without `follow`, the last name may
/// be a link; with it, it is none, or was none a moment ago.
pub(super) fn walk(root: Fd, path: &mut PathBuffer, follow: bool) -> Result<Place<'_>, Errno> {
    let mut walk = Walk {
        root,
        dir: Held::borrowed(root),
        names: PathBuffer::empty(),
        asked: Shown::new(path.as_c_str().to_bytes()),
    };
    let mut target = PathBuffer::empty();
    let (mut index, mut links) = (0, 0);
    while let Some(component) = path.component(index) {
        index = component.next;
        let name = path.from(component.start);
        if name == c"." {
            continue;
        }
        if name == c".." {
            walk.up()?;
            continue;
        }
        if !component.last {
            match walk.down(name) {
                Ok(()) => continue,
                Err(Errno::ENOTDIR | Errno::ELOOP) => {}
                Err(error) => return Err(error),
            }
        }
        let link = if component.last && !follow {
            Err(Errno::EINVAL)
        } else {
            target.load_link(walk.dir.fd(), name)
        };
        match link {
            Ok(()) if links == LINKS => return Err(Errno::ELOOP),
            Ok(()) => {
                links += 1;
                path.expand(&mut target, &component)?;
                index = 0;
            }
            Err(Errno::EINVAL | Errno::ENOENT) if component.last => {
                let name = path.from(component.start);
                return Ok(Place {
                    dir: walk.dir,
                    name,
                });
            }
            Err(Errno::EINVAL) => return Err(Errno::ENOTDIR),
            Err(Errno::EXDEV) => return Err(escape(Some(root), &walk.asked)),
            Err(error) => return Err(error),
        }
    }
    Ok(Place {
        dir: walk.dir,
        name: c".",
    })
}

/// Opens `path` below `root`; see [`super::path::open`].
pub(super) fn open(root: Fd, path: &mut PathBuffer, flags: u32, mode: u32) -> Result<Fd, Errno> {
    let exclusive = flags::CREAT | flags::EXCL;
    let follow = flags & flags::NOFOLLOW == 0 && flags & exclusive != exclusive;
    if flags & flags::CREAT != 0 && path.ends_in_slash() {
        // As in the kernel: it would create a file, not a directory.
        return Err(parent(root, path).err().unwrap_or(Errno::EISDIR));
    }
    let place = walk(root, path, follow)?;
    retry(|| openat(place.dir.fd(), place.name, flags | flags::NOFOLLOW, mode))
}
