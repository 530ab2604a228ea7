//! Resolves paths in an embedded tree.

use super::{
    super::{notes::Shown, path::escape},
    tree::{Kind, Node},
};
use crate::os::Errno;

/// The maximum of links that one path may follow: the kernel's.
const LINKS: usize = 40;

/// The maximum length of a name in the kernel's file systems.
const NAME_MAX: usize = 255;

/// The result of a resolution.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Found {
    /// The path exists.
    Node(Node),
    /// The directory exists, without an entry for the last name.
    Missing,
}

impl Found {
    /// The node; `ENOENT` if it does not exist.
    pub fn node(self) -> Result<Node, Errno> {
        match self {
            Found::Node(node) => Ok(node),
            Found::Missing => Err(Errno::ENOENT),
        }
    }
}

/// Resolves `path` from the directory `start`, which it never leaves (`EPERM`). A final link is
/// followed with `follow`, or if a slash follows it.
pub fn resolve(start: Node, path: &[u8], follow: bool) -> Result<Found, Errno> {
    // The rest of the path and, above it, the rests of the targets of links.
    let mut rests: [&[u8]; LINKS + 1] = [&[]; LINKS + 1];
    let (mut depth, mut links) = (0, 0);
    if let Some(first) = rests.first_mut() {
        *first = path;
    }
    let mut at = start;
    while let Some(rest) = rests.get_mut(depth) {
        let Some((name, behind)) = component(rest) else {
            match depth.checked_sub(1) {
                Some(below) => depth = below,
                None => return Ok(Found::Node(at)),
            }
            continue;
        };
        *rest = behind;
        let mut behind = rests.iter().take(depth + 1);
        let slash = behind.clone().any(|rest| !rest.is_empty());
        let last = behind.all(|rest| rest.iter().all(|&byte| byte == b'/'));
        match name {
            b"." => continue,
            b".." if at == start => {
                return Err(escape(None, &Shown::new(path)));
            }
            b".." => {
                at = at.parent().ok_or(Errno::ENOENT)?;
                continue;
            }
            _ if name.len() > NAME_MAX => return Err(Errno::ENAMETOOLONG),
            _ => {}
        }
        let Some(found) = at.find(name) else {
            return if last {
                Ok(Found::Missing)
            } else {
                Err(Errno::ENOENT)
            };
        };
        // A final slash requires a directory, and follows a link to it.
        if found.kind() != Kind::Link || last && !slash && !follow {
            if slash && found.kind() != Kind::Directory {
                return Err(Errno::ENOTDIR);
            }
            at = found;
            continue;
        }
        if links == LINKS {
            return Err(Errno::ELOOP);
        }
        links += 1;
        // If nothing is left of the current rest, the target replaces it: otherwise a chain of
        // links would fill the array.
        depth += usize::from(!rests.get(depth).is_some_and(|rest| rest.is_empty()));
        if let Some(place) = rests.get_mut(depth) {
            *place = found.data();
        }
    }
    Err(Errno::ELOOP)
}

/// The first component of a path, and the rest including its slashes; `None` if there is none.
pub fn component(path: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = path.iter().position(|&byte| byte != b'/')?;
    let path = path.get(start..)?;
    let end = path.iter().position(|&byte| byte == b'/');
    path.split_at_checked(end.unwrap_or(path.len()))
}
