//! File trees inside the executable: read-only, in the same descriptor table as the kernel's files.
//!
//! Their descriptors are negative, which the kernel's never are: an operation that is not handled
//! here goes to the kernel, which returns `EBADF`. An executable without such trees contains
//! nothing of this except the test of the sign: everything else is reached through [`Operations`],
//! which only the start hook refers to.
//!
//! | module | contents |
//! |---|---|
//! | `tree` | the nodes in the image |
//! | `path` | resolution of paths |
//! | `open` | open files: their node, position and flags |
//! | `file` | status, flags, position, reading |
//! | `dir` | opening, status and links by path, entries |

mod dir;
mod file;
mod open;
mod path;
#[cfg(test)]
pub(crate) mod tests;
mod tree;

pub(super) use path::component;

use super::{
    descriptor::{self, Descriptor, Kind, access},
    dir::Open,
    path::PathBuffer,
};
use crate::{
    fatal::bug,
    os::{
        Errno, Fd, IoRead,
        fd::Whence,
        path::{Entry, Room, Stat},
    },
};
use core::{
    hint, ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

/// The result of an operation.
type Answer<T> = Result<T, Errno>;

/// Takes an entry of a directory; returns whether to continue.
type Take<'a> = &'a mut dyn FnMut(&Entry) -> bool;

/// The operations on embedded files. Each has the meaning and the errors of its counterpart in
/// `host`, which has already refused directories where only files are allowed.
pub struct Operations {
    /// Reads at an offset, or at the position.
    pub read: fn(Fd, &[IoRead], Option<u64>) -> Answer<usize>,
    /// Moves the position.
    pub seek: fn(Fd, i64, Whence) -> Answer<u64>,
    /// The status.
    pub stat: fn(Fd, &mut Room) -> Answer<&mut Stat>,
    /// The current flags.
    pub flags: fn(Fd) -> Answer<u32>,
    /// Sets the flags.
    pub set_flags: fn(Fd, u32) -> Answer<()>,
    /// Closes it.
    pub close: fn(Fd),
    /// Opens a path.
    pub open: fn(&Descriptor, &PathBuffer, Open) -> Answer<u32>,
    /// The status of a path.
    pub stat_path: for<'a> fn(Fd, &PathBuffer, bool, &'a mut Room) -> Answer<&'a mut Stat>,
    /// The target of a link.
    pub read_link: fn(Fd, &PathBuffer, &mut [u8]) -> Answer<usize>,
    /// The entries of a directory.
    pub entries: fn(Fd, u64, Take<'_>) -> Answer<()>,
    /// The path of a root as the program sees it.
    pub guest_name: fn(u16) -> &'static [u8],
}

static OPERATIONS: Operations = Operations {
    read: file::read,
    seek: file::seek,
    stat: file::stat,
    flags: file::flags,
    set_flags: file::set_flags,
    close: open::close,
    open: dir::open,
    stat_path: dir::stat,
    read_link: dir::read_link,
    entries: dir::entries,
    guest_name: tree::guest_name,
};

/// [`OPERATIONS`], once there are embedded trees.
static ACTIVE: AtomicPtr<Operations> = AtomicPtr::new(ptr::null_mut());

/// Whether `fd` is the descriptor of an embedded file.
pub fn holds(fd: Fd) -> bool {
    // `CWD` is also negative, and belongs to the kernel.
    fd.0 < Fd::CWD.0
}

/// The operations on `fd`, if it is the descriptor of an embedded file.
pub fn of(fd: Fd) -> Option<&'static Operations> {
    if !holds(fd) {
        return None;
    }
    // SAFETY: it is null, or a static that does not change.
    unsafe { ACTIVE.load(Ordering::Relaxed).as_ref() }
}

/// Assigns the next free numbers to the roots of the embedded trees.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_embeds() {
    // If the optimiser knew that nothing else is ever stored, it would call the functions directly,
    // and every executable would contain them.
    let operations = hint::black_box(&raw const OPERATIONS);
    ACTIVE.store(operations.cast_mut(), Ordering::Relaxed);
    for (index, _) in tree::trees().iter().enumerate() {
        if root(index as u16).is_err() {
            bug(b"there is no room for the embedded files");
        }
    }
}

/// Opens the root of the tree `index`; returns its number.
fn root(index: u16) -> Result<u32, Errno> {
    let node = tree::Node::root(index).ok_or(Errno::ENOENT)?;
    descriptor::insert(Descriptor {
        fd: open::insert(node, 0)?,
        kind: Kind::DIR,
        access: access::READ | access::GRANT,
        grant: index,
    })
}
