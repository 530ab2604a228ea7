//! Trees of files that are part of the executable: read-only, in the same table and under the same numbers as what the
//! kernel opens.
//!
//! Their descriptors are negative, which the kernel's never are: whatever is not answered here goes to the kernel,
//! which finds no such descriptor (`EBADF`). An executable without such trees holds nothing of this but the test of
//! the sign: everything else is reached through [`Operations`], and those by the start hook alone.
//!
//! | module | what |
//! |---|---|
//! | `tree` | the nodes in the image |
//! | `path` | where a path leads |
//! | `open` | what is open: its node, position and flags |
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

/// What an operation comes to.
type Answer<T> = Result<T, Errno>;

/// Takes an entry of a directory; whether it wants another.
type Take<'a> = &'a mut dyn FnMut(&Entry) -> bool;

/// What can be done with what is embedded. Each has the meaning and the errors of the function beside which it stands in
/// `host`; directories are refused there where only files will do.
pub struct Operations {
    /// Reads at an offset, or at the position.
    pub read: fn(Fd, &[IoRead], Option<u64>) -> Answer<usize>,
    /// Moves the position.
    pub seek: fn(Fd, i64, Whence) -> Answer<u64>,
    /// Status.
    pub stat: fn(Fd, &mut Room) -> Answer<&mut Stat>,
    /// The flags in force.
    pub flags: fn(Fd) -> Answer<u32>,
    /// Sets the flags.
    pub set_flags: fn(Fd, u32) -> Answer<()>,
    /// Frees what is open.
    pub close: fn(Fd),
    /// Opens a path.
    pub open: fn(&Descriptor, &PathBuffer, Open) -> Answer<u32>,
    /// Status of a path.
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

/// [`OPERATIONS`], once there is something that they can be used on.
static ACTIVE: AtomicPtr<Operations> = AtomicPtr::new(ptr::null_mut());

/// Whether `fd` is a descriptor of something embedded.
pub fn holds(fd: Fd) -> bool {
    // `CWD` is negative too, and the kernel's.
    fd.0 < Fd::CWD.0
}

/// What can be done with `fd` if it is a descriptor of something embedded.
pub fn of(fd: Fd) -> Option<&'static Operations> {
    if !holds(fd) {
        return None;
    }
    // SAFETY: null, or a static that nobody changes.
    unsafe { ACTIVE.load(Ordering::Relaxed).as_ref() }
}

/// Gives numbers to the roots of the embedded trees: they follow what has a number already.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_embeds() {
    // If the optimiser knew that nothing else is ever stored, it would call the functions directly, and every executable
    // would hold them.
    let operations = hint::black_box(&raw const OPERATIONS);
    ACTIVE.store(operations.cast_mut(), Ordering::Relaxed);
    for (index, _) in tree::trees().iter().enumerate() {
        if root(index as u16).is_err() {
            bug(b"there is no room for the embedded files");
        }
    }
}

/// Opens the root of the tree `index`: its number.
fn root(index: u16) -> Result<u32, Errno> {
    let node = tree::Node::root(index).ok_or(Errno::ENOENT)?;
    descriptor::insert(Descriptor {
        fd: open::insert(node, 0)?,
        kind: Kind::DIR,
        access: access::READ | access::GRANT,
        grant: index,
    })
}
