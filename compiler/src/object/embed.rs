//! Embedded files: their contents become a section of their own, their names and locations a table in the
//! configuration. The section is part of what the kernel maps from the executable: nothing is copied at start.

use super::blob::{Blob, Record, Target};
use super::config::str_field;
use crate::Result;
use crate::embed::{Contents, Embed, Kind, Node, Sha, Tree};
use std::collections::HashMap;
use std::mem::offset_of;
use wasi_aot_abi::program::{self as abi, embed_kind};

/// The alignment of the section.
pub const ALIGN: u64 = 4096;
/// Files of at least this size start at a page boundary, which costs them little, so that reading
/// one touches no page of another.
const LARGE: u64 = 16 * ALIGN;
/// The alignment of other files.
const SMALL_ALIGN: u64 = 16;

/// The offsets of all files' contents in the section. Files with equal contents share them.
#[derive(Debug, Default)]
pub struct Placed<'a> {
    offsets: HashMap<Sha, u64>,
    /// Ascending offsets.
    files: Vec<(u64, &'a Contents)>,
    size: u64,
}

impl<'a> Placed<'a> {
    /// Assigns offsets to all files.
    pub fn new(embeds: &'a [Embed]) -> Self {
        let mut placed = Placed::default();
        for contents in embeds.iter().flat_map(|embed| embed.tree.files()) {
            if placed.offsets.contains_key(&contents.sha256) {
                continue;
            }
            let align = match contents.len {
                LARGE.. => ALIGN,
                _ => SMALL_ALIGN,
            };
            let offset = placed.size.next_multiple_of(align);
            placed.offsets.insert(contents.sha256, offset);
            placed.files.push((offset, contents));
            placed.size = offset + contents.len;
        }
        placed
    }

    /// Reads the files; returns the section's bytes.
    ///
    /// # Errors
    /// [`crate::Code::Input`] if a file has changed.
    pub fn read(&self) -> Result<Vec<u8>> {
        // With capacity for the byte that detects a growth of the last file.
        let mut bytes = Vec::with_capacity(self.size as usize + 1);
        for (offset, contents) in &self.files {
            bytes.resize(*offset as usize, 0);
            contents.append_to(&mut bytes)?;
        }
        Ok(bytes)
    }
}

/// Writes the trees to the configuration: the records of [`abi::Embed`].
pub fn describe(embeds: &[Embed], placed: &Placed, blob: &mut Blob) -> Vec<Record> {
    let embeds = embeds.iter().map(|Embed { guest, tree }| {
        let nodes = nodes(tree, placed, blob);
        let guest = (blob.append(guest.as_bytes()), guest.len() as u64);
        str_field(
            Record::new::<abi::Embed>(),
            offset_of!(abi::Embed, guest),
            Target::Config,
            guest,
        )
        .point(offset_of!(abi::Embed, nodes), Target::Config, nodes)
        .u64(offset_of!(abi::Embed, node_count), tree.nodes.len() as u64)
    });
    embeds.collect()
}

/// Writes the nodes of a tree and says where.
fn nodes(tree: &Tree, placed: &Placed, blob: &mut Blob) -> u64 {
    let nodes = tree.nodes.iter().map(|node| write(node, placed, blob));
    let nodes: Vec<_> = nodes.collect();
    blob.records(nodes)
}

fn write(node: &Node, placed: &Placed, blob: &mut Blob) -> Record {
    let name = (blob.append(node.name.as_bytes()), node.name.len() as u64);
    blob.append(b"\0");
    let (kind, target, data) = match &node.kind {
        Kind::File(contents) => {
            let place = (placed.offsets[&contents.sha256], contents.len);
            (embed_kind::FILE, Target::Embed, place)
        }
        Kind::Link(path) => {
            let place = (blob.append(path.as_bytes()), path.len() as u64);
            (embed_kind::LINK, Target::Config, place)
        }
        Kind::Directory(..) => (embed_kind::DIRECTORY, Target::Config, (0, 0)),
    };
    let (first, count) = match node.kind {
        Kind::Directory(first, count) => (first, count),
        _ => (0, 0),
    };
    let record = Record::new::<abi::EmbedNode>();
    let at = offset_of!(abi::EmbedNode, name);
    let record = str_field(record, at, Target::Config, name);
    str_field(record, offset_of!(abi::EmbedNode, data), target, data)
        .u32(offset_of!(abi::EmbedNode, first), first)
        .u32(offset_of!(abi::EmbedNode, count), count)
        .u32(offset_of!(abi::EmbedNode, parent), node.parent)
        .u32(offset_of!(abi::EmbedNode, kind), kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::{Grant, read};
    use std::fs;

    #[test]
    fn large_files_start_at_a_page_and_equal_ones_are_one() {
        let folder = tempfile::tempdir().unwrap();
        let large = |byte| vec![byte; LARGE as usize + 1];
        for (name, contents) in [
            ("a", vec![1; 3]),
            ("b", large(2)),
            ("c", vec![3; 5]),
            ("d", large(2)),
            ("e", large(4)),
            ("f", vec![]),
            ("g", vec![1; 3]),
        ] {
            fs::write(folder.path().join(name), contents).unwrap();
        }
        let grant = |guest: &str| Grant {
            host: folder.path().into(),
            guest: guest.into(),
        };
        let embeds = read(&[grant("/x"), grant("/y")], 1 << 30).unwrap();
        let placed = Placed::new(&embeds);
        let bytes = placed.read().unwrap();
        let mut starts = Vec::new();
        for contents in embeds.iter().flat_map(|embed| embed.tree.files()) {
            let start = placed.offsets[&contents.sha256] as usize;
            let expected = fs::read(&contents.host).unwrap();
            assert_eq!(bytes[start..][..expected.len()], expected);
            assert!(contents.len < LARGE || (start as u64).is_multiple_of(ALIGN));
            starts.push(start);
        }
        assert_eq!((starts[1], starts[0]), (starts[3], starts[6]));
        assert_eq!(starts[..7], starts[7..]);
        assert!(bytes.len() < 2 * LARGE as usize + 3 * ALIGN as usize);
    }
}
