//! Operations on a path in an embedded tree, and reading its directories.

use super::{
    super::{
        descriptor::{self, Descriptor, Kind as Is, access},
        dir::Open,
        path::PathBuffer,
    },
    Take, open,
    path::{Found, resolve},
    tree::{Kind, Node},
};
use crate::os::{
    Errno, Fd,
    path::{Entry, Room, Stat, flags},
};
use core::ffi::CStr;

/// Opens `path` below `dir`; returns the number of the new descriptor. Creating or changing a file
/// fails as on a read-only file system.
pub fn open(dir: &Descriptor, path: &PathBuffer, how: Open) -> Result<u32, Errno> {
    let has = |flag| how.flags & flag != 0;
    if has(flags::DIRECTORY) && how.flags & (flags::CREAT | flags::TRUNC | flags::EXCL) != 0 {
        return Err(Errno::EINVAL);
    }
    let path = path.as_c_str().to_bytes();
    let exclusive = has(flags::CREAT) && has(flags::EXCL);
    let follow = !has(flags::NOFOLLOW) && !exclusive;
    let node = match resolve(open::get(dir.fd)?.node()?, path, follow)? {
        _ if has(flags::CREAT) && path.ends_with(b"/") => return Err(Errno::EISDIR),
        Found::Missing if has(flags::CREAT) => return Err(Errno::EROFS),
        found => found.node()?,
    };
    let change = how.write || has(flags::TRUNC);
    match node.kind() {
        _ if exclusive => return Err(Errno::EEXIST),
        Kind::Link | Kind::File if has(flags::DIRECTORY) => return Err(Errno::ENOTDIR),
        Kind::Link => return Err(Errno::ELOOP),
        Kind::Directory if change || has(flags::CREAT) => return Err(Errno::EISDIR),
        Kind::File if change => return Err(Errno::EROFS),
        Kind::Directory | Kind::File => {}
    }
    let in_force = flags::APPEND | flags::NONBLOCK | flags::SYNC | flags::DSYNC;
    let opened = Descriptor {
        fd: open::insert(node, how.flags & in_force)?,
        kind: match node.kind() {
            Kind::Directory => Is::DIR,
            _ => Is::FILE,
        },
        access: access::READ,
        grant: dir.grant,
    };
    descriptor::insert_without(opened, how.given_up)
}

fn find(dir: Fd, path: &PathBuffer, follow: bool) -> Result<Node, Errno> {
    resolve(open::get(dir)?.node()?, path.as_c_str().to_bytes(), follow)?.node()
}

/// The status of `path`; of a link itself without `follow`.
pub fn stat<'a>(
    dir: Fd,
    path: &PathBuffer,
    follow: bool,
    room: &'a mut Room,
) -> Result<&'a mut Stat, Errno> {
    Ok(find(dir, path, follow)?.stat(room))
}

/// Reads the target of a link; returns its number of bytes in `into`, silently truncated.
pub fn read_link(dir: Fd, path: &PathBuffer, into: &mut [u8]) -> Result<usize, Errno> {
    let node = find(dir, path, false)?;
    if node.kind() != Kind::Link {
        return Err(Errno::EINVAL);
    }
    for (to, from) in into.iter_mut().zip(node.data()) {
        *to = *from;
    }
    Ok(into.len().min(node.data().len()))
}

/// Passes the entries after `cookie` to `take`, until it returns `false`. The cookie after an entry
/// is its number, counted from 1: `.`, `..`, then those of the tree.
pub fn entries(dir: Fd, cookie: u64, take: Take<'_>) -> Result<(), Errno> {
    let dir = open::get(dir)?.node()?;
    let mut number = cookie;
    while let Some((node, name)) = entry(dir, number) {
        number += 1;
        let entry = Entry {
            ino: node.ino(),
            next: number,
            kind: (node.mode() >> 12) as u8,
            name,
        };
        if !take(&entry) {
            break;
        }
    }
    Ok(())
}

/// The entry with this number.
fn entry(dir: Node, number: u64) -> Option<(Node, &'static CStr)> {
    match number {
        0 => Some((dir, c".")),
        // Not the parent, which may be outside of the grant.
        1 => Some((dir, c"..")),
        2.. => {
            let node = dir.entry(u32::try_from(number - 2).ok()?)?;
            Some((node, node.name()))
        }
    }
}
