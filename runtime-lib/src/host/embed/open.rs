//! Open files of the embedded trees. The kernel holds this data for its own descriptors.

use super::{
    super::table::{Entry, Table},
    tree::Node,
};
use crate::{
    os::{Errno, Fd},
    thread,
};

/// An open file.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    tree: u16,
    used: bool,
    /// The current flags, of [`crate::os::path::flags`].
    pub flags: u32,
    index: u32,
    /// The position of the next read.
    pub position: u64,
}

impl Entry for Opened {
    const FREE: Opened = Opened {
        tree: 0,
        used: false,
        flags: 0,
        index: 0,
        position: 0,
    };

    fn is_free(&self) -> bool {
        !self.used
    }
}

impl Opened {
    /// Its node.
    pub fn node(&self) -> Result<Node, Errno> {
        Node::new(self.tree, self.index).ok_or(Errno::EBADF)
    }
}

static TABLE: Table<Opened> = Table::new();

/// A descriptor is this value plus the index in the table.
const FIRST: i32 = i32::MIN;

fn place(fd: Fd) -> usize {
    fd.0.wrapping_sub(FIRST) as usize
}

/// Opens a node.
pub fn insert(node: Node, flags: u32) -> Result<Fd, Errno> {
    let _held = thread::lock();
    let place = TABLE.insert(Opened {
        tree: node.tree,
        used: true,
        flags,
        index: node.index,
        position: 0,
    })?;
    Ok(Fd(FIRST.wrapping_add(place as i32)))
}

/// The open file of `fd`.
pub fn get(fd: Fd) -> Result<Opened, Errno> {
    let _held = thread::lock();
    match TABLE.read(place(fd)) {
        Some(opened) if opened.used => Ok(opened),
        _ => Err(Errno::EBADF),
    }
}

/// Changes the open file of `fd`.
pub fn set(fd: Fd, opened: Opened) {
    let _held = thread::lock();
    TABLE.write(place(fd), opened);
}

/// Closes it.
pub fn close(fd: Fd) {
    let _held = thread::lock();
    TABLE.remove(place(fd));
}
