//! Symbolic links in a tree: none may lead outside, where the program would find nothing.

use super::{Kind, Tree, read::cannot_hold};
use crate::Result;
use std::path::{Path, PathBuf};

/// The maximum of links that one path may follow: the kernel's.
const LINKS: u32 = 40;

/// Checks all links of the tree of `host`. A dangling or circular link is kept: it behaves as in a
/// directory.
///
/// # Errors
/// [`crate::Code::Embed`] for a link that leads outside.
pub fn check(tree: &Tree, host: &Path) -> Result<()> {
    for (index, node) in tree.nodes.iter().enumerate() {
        if let Kind::Link(target) = &node.kind
            && leaves(tree, node.parent, target, &mut 0).is_err()
        {
            let why = format!("the link's target, {target}, is outside");
            return Err(cannot_hold(&path(tree, index, host), &why)
                .help("put a copy of what it leads to in its place, or leave it out"));
        }
    }
    Ok(())
}

/// The path leads outside.
struct Outside;

/// The node to which a path leads from the directory `at`; `None`: it does not exist.
fn leaves(tree: &Tree, mut at: u32, path: &str, links: &mut u32) -> Result<Option<u32>, Outside> {
    if path.starts_with('/') {
        return Err(Outside);
    }
    for name in path.split('/') {
        at = match name {
            "" | "." => at,
            ".." if at == 0 => return Err(Outside),
            ".." => tree.nodes[at as usize].parent,
            _ => {
                let Some(found) = find(tree, at, name) else {
                    return Ok(None);
                };
                match &tree.nodes[found as usize].kind {
                    Kind::Link(_) if *links == LINKS => return Ok(None),
                    Kind::Link(target) => {
                        *links += 1;
                        match leaves(tree, at, target, links)? {
                            Some(at) => at,
                            None => return Ok(None),
                        }
                    }
                    _ => found,
                }
            }
        };
    }
    Ok(Some(at))
}

fn find(tree: &Tree, directory: u32, name: &str) -> Option<u32> {
    let Kind::Directory(first, count) = tree.nodes[directory as usize].kind else {
        return None;
    };
    let entries = &tree.nodes[first as usize..][..count as usize];
    let found = entries.binary_search_by(|entry| entry.name.as_bytes().cmp(name.as_bytes()));
    found.ok().map(|index| first + index as u32)
}

/// The path of a node on the host.
fn path(tree: &Tree, mut index: usize, host: &Path) -> PathBuf {
    let mut names = Vec::new();
    while index != 0 {
        names.push(&*tree.nodes[index].name);
        index = tree.nodes[index].parent as usize;
    }
    let mut path = host.to_owned();
    path.extend(names.iter().rev());
    path
}
