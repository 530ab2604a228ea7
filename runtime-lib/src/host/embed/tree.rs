//! The nodes of the embedded trees in the image.

use crate::{
    os::path::{Room, Stat, kind},
    program::{self, bytes, slice},
};
use core::ffi::CStr;
use wasi_aot_abi::program::{Embed, EmbedNode, embed_kind};

/// The times of all files, in seconds: 1980-01-01, the earliest time that all archive formats can
/// represent.
const TIME: i64 = 315_532_800;

/// The trees.
pub fn trees() -> &'static [Embed] {
    program::embeds()
}

/// Path of the tree `index` as the program sees it.
pub fn guest_name(index: u16) -> &'static [u8] {
    let tree = trees().get(usize::from(index));
    tree.map_or(&[], |tree| bytes(&tree.guest))
}

fn nodes(tree: u16) -> &'static [EmbedNode] {
    let Some(tree) = trees().get(usize::from(tree)) else {
        return &[];
    };
    // SAFETY: an array of the configuration, which is immutable data of the image.
    unsafe { slice(tree.nodes, tree.node_count) }
}

/// The kind of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    File,
    Directory,
    Link,
}

/// A file, directory or link.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Index of the tree.
    pub tree: u16,
    /// Index in the tree.
    pub index: u32,
    node: &'static EmbedNode,
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        (self.tree, self.index) == (other.tree, other.index)
    }
}

impl Node {
    /// The node with this index.
    pub fn new(tree: u16, index: u32) -> Option<Node> {
        let node = nodes(tree).get(index as usize)?;
        Some(Node { tree, index, node })
    }

    /// The root of a tree.
    pub fn root(tree: u16) -> Option<Node> {
        Node::new(tree, 0)
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self.node.kind {
            embed_kind::DIRECTORY => Kind::Directory,
            embed_kind::LINK => Kind::Link,
            _ => Kind::File,
        }
    }

    /// A file's contents, or a link's target.
    pub fn data(&self) -> &'static [u8] {
        bytes(&self.node.data)
    }

    /// Its name.
    pub fn name(&self) -> &'static CStr {
        let name = &self.node.name;
        // SAFETY: this is text of the program, and a NUL follows it.
        let with_nul = unsafe { slice(name.ptr, name.len + 1) };
        CStr::from_bytes_until_nul(with_nul).unwrap_or(c"")
    }

    /// Its directory.
    pub fn parent(&self) -> Option<Node> {
        Node::new(self.tree, self.node.parent)
    }

    /// The entry `index` of a directory.
    pub fn entry(&self, index: u32) -> Option<Node> {
        if index >= self.node.count {
            return None;
        }
        Node::new(self.tree, self.node.first.checked_add(index)?)
    }

    /// The entry with this name.
    pub fn find(&self, name: &[u8]) -> Option<Node> {
        let (mut from, mut to) = (0, self.node.count);
        while from < to {
            let middle = from + (to - from) / 2;
            let entry = self.entry(middle)?;
            match bytes(&entry.node.name).cmp(name) {
                core::cmp::Ordering::Less => from = middle + 1,
                core::cmp::Ordering::Equal => return Some(entry),
                core::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// Its inode number, never 0.
    pub fn ino(&self) -> u64 {
        u64::from(self.index) + 1
    }

    /// The kind bits of its mode.
    pub fn mode(&self) -> u16 {
        match self.kind() {
            Kind::File => kind::REGULAR,
            Kind::Directory => kind::DIRECTORY,
            Kind::Link => kind::LINK,
        }
    }

    /// Its status. Each tree is a separate device, with a number that the kernel never assigns.
    pub fn stat<'a>(&self, room: &'a mut Room) -> &'a mut Stat {
        let (dev, size) = (u64::MAX - u64::from(self.tree), self.data().len() as u64);
        room.make(dev, self.ino(), self.mode(), size, TIME)
    }
}
