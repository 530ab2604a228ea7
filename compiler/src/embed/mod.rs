//! File trees that become part of an executable, as they were on the host at build time.
//!
//! A tree holds names, kinds, lengths and digests; contents are read when the object is written. It
//! depends on nothing else of the host (times, owners, permissions, the order of directory
//! entries): the same input gives the same bytes everywhere.

mod links;
mod read;
#[cfg(all(test, unix))]
mod tests;

use crate::error::plain;
use crate::{Code, Error, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A SHA-256.
pub type Sha = [u8; 32];

/// A host path to embed, and the path at which the program sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// A directory or a file.
    pub host: PathBuf,
    /// Path that the program sees: of the directory, or of the file itself.
    pub guest: String,
}

/// A tree under the path that the program sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Embed {
    /// Path of the root as the program sees it.
    pub guest: String,
    /// Its contents.
    pub tree: Tree,
}

/// A directory with all its contents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tree {
    /// The root is first; the entries of each directory are contiguous, sorted by the bytes of
    /// their names.
    pub nodes: Vec<Node>,
}

/// A file, directory or link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// Its name in its directory; empty for the root.
    pub name: String,
    /// Index of its directory; 0 for the root.
    pub parent: u32,
    /// Its kind.
    pub kind: Kind,
}

/// The kind of a [`Node`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A file.
    File(Contents),
    /// A directory: the index of its first entry, and the number of entries.
    Directory(u32, u32),
    /// A symbolic link with this relative target.
    Link(String),
}

/// The contents of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contents {
    /// The path from which it is read.
    pub host: PathBuf,
    /// Its length in bytes.
    pub len: u64,
    /// The digest of its bytes.
    pub sha256: Sha,
}

/// Reads all trees. Files whose paths are in one directory share a tree. `room`: the number of
/// bytes that an executable can hold.
///
/// # Errors
/// [`Code::Input`] for a file that cannot be read; [`Code::Embed`] for one that a tree cannot hold;
/// [`Code::Layout`] for too many bytes; [`Code::Option`] for two files or directories at one path.
pub fn read(grants: &[Grant], room: u64) -> Result<Vec<Embed>> {
    read::read(grants, room)
}

/// Whether two paths of the program are equal except for trailing slashes.
pub fn same_path(one: &str, other: &str) -> bool {
    let bare = |path: &str| match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        path => path.to_owned(),
    };
    bare(one) == bare(other)
}

impl Tree {
    /// The files.
    pub fn files(&self) -> impl Iterator<Item = &Contents> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::File(contents) => Some(contents),
            _ => None,
        })
    }

    /// A digest of everything that a program can see of it.
    pub fn sha256(&self) -> Sha {
        let mut hash = Sha256::new();
        for node in &self.nodes {
            let (kind, data): (u8, &[u8]) = match &node.kind {
                Kind::File(contents) => (0, &contents.sha256),
                Kind::Directory(..) => (1, &[]),
                Kind::Link(target) => (2, target.as_bytes()),
            };
            hash.update([kind]);
            hash.update(node.parent.to_le_bytes());
            for part in [node.name.as_bytes(), data] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        hash.finalize().into()
    }
}

impl Contents {
    /// Reads a file of `len` bytes to compute its digest.
    fn new(host: PathBuf, len: u64) -> Result<Contents> {
        let mut hash = Sha256::new();
        let copy = File::open(&host).and_then(|mut file| io::copy(&mut file, &mut hash));
        match copy {
            Ok(copied) if copied == len => Ok(Contents {
                host,
                len,
                sha256: hash.finalize().into(),
            }),
            Ok(_) => Err(changed(&host)),
            Err(error) => Err(unreadable(&host, &error)),
        }
    }

    /// Reads the file again and appends it to `into`.
    ///
    /// # Errors
    /// [`Code::Input`] if it cannot be read, or has changed.
    pub fn append_to(&self, into: &mut Vec<u8>) -> Result<()> {
        let start = into.len();
        // One byte more detects a file that has grown.
        File::open(&self.host)
            .and_then(|file| file.take(self.len + 1).read_to_end(into))
            .map_err(|error| unreadable(&self.host, &error))?;
        let bytes = &into[start..];
        if bytes.len() as u64 == self.len && Sha::from(Sha256::digest(bytes)) == self.sha256 {
            Ok(())
        } else {
            Err(changed(&self.host))
        }
    }
}

fn changed(path: &Path) -> Error {
    Error::new(Code::Input, "this file changes while it is embedded")
        .in_file(path.display().to_string())
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let message = format!("this cannot be embedded: {}", plain(error));
    Error::new(Code::Input, message).in_file(path.display().to_string())
}
