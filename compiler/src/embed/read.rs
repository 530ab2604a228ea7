//! Makes trees from the host's files.

use super::{Contents, Embed, Grant, Kind, Node, Tree, links, same_path, unreadable};
use crate::{Code, Error, Result, Whose};
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

/// See [`super::read`].
pub fn read(grants: &[Grant], room: u64) -> Result<Vec<Embed>> {
    let mut roots: Vec<Root> = Vec::new();
    for grant in grants {
        add(grant, &mut roots)?;
    }
    let mut left = room;
    let embeds = roots.into_iter().map(|root| {
        let tree = match root.what {
            What::Directory(host) => {
                let tree = finish(directory(host.clone())?, &mut left, room)?;
                links::check(&tree, &host)?;
                tree
            }
            What::Files(files) => finish(together(files), &mut left, room)?,
        };
        let guest = root.guest;
        Ok(Embed { guest, tree })
    });
    embeds.collect()
}

/// A root that the program sees.
struct Root {
    guest: String,
    what: What,
}

enum What {
    Directory(PathBuf),
    /// Names in the root, and the paths of the files.
    Files(Vec<(String, PathBuf)>),
}

fn add(grant: &Grant, roots: &mut Vec<Root>) -> Result<()> {
    let kind = fs::metadata(&grant.host).map_err(|error| unreadable(&grant.host, &error))?;
    if kind.is_dir() {
        if roots
            .iter()
            .any(|root| same_path(&root.guest, &grant.guest))
        {
            return Err(twice(&grant.guest));
        }
        roots.push(Root {
            guest: grant.guest.clone(),
            what: What::Directory(grant.host.clone()),
        });
        return Ok(());
    }
    if !kind.is_file() {
        return Err(special(&grant.host, kind.file_type()));
    }
    let (guest, name) = file_path(&grant.guest)?;
    let file = (name.to_owned(), grant.host.clone());
    match roots.iter_mut().find(|root| same_path(&root.guest, guest)) {
        None => roots.push(Root {
            guest: guest.into(),
            what: What::Files(vec![file]),
        }),
        Some(root) => match &mut root.what {
            What::Files(files) if files.iter().all(|(other, _)| other != name) => files.push(file),
            What::Files(_) => return Err(twice(&grant.guest)),
            What::Directory(_) => return Err(twice(guest)),
        },
    }
    Ok(())
}

/// The directory and the name in a file's path.
pub(super) fn file_path(guest: &str) -> Result<(&str, &str)> {
    let (directory, name) = match guest.rsplit_once('/') {
        None => (".", guest),
        Some(("", name)) => ("/", name),
        Some(parts) => parts,
    };
    if matches!(name, "" | "." | "..") {
        let message = format!("{guest:?} is no path for a file");
        let error = Error::new(Code::Option, message);
        return Err(error.help("name the file, too: --embed data.bin::/data/data.bin"));
    }
    Ok((directory, name))
}

fn twice(guest: &str) -> Error {
    let message = format!("two embedded files or directories would be {guest:?} for the program");
    Error::new(Code::Option, message).help("name one of them: --embed HOST::GUEST")
}

/// A node whose file has not been read.
struct Entry {
    name: String,
    parent: u32,
    host: PathBuf,
    kind: EntryKind,
}

enum EntryKind {
    File(u64),
    Directory(u32, u32),
    Link(String),
}

fn root(host: PathBuf) -> Entry {
    Entry {
        name: String::new(),
        parent: 0,
        host,
        kind: EntryKind::Directory(0, 0),
    }
}

/// Everything in a directory, level by level.
fn directory(host: PathBuf) -> Result<Vec<Entry>> {
    let mut entries = vec![root(host)];
    let mut index = 0;
    while index < entries.len() {
        if matches!(entries[index].kind, EntryKind::Directory(..)) {
            let found = list(&entries[index].host, count(index)?)?;
            entries[index].kind = EntryKind::Directory(count(entries.len())?, count(found.len())?);
            entries.extend(found);
        }
        index += 1;
    }
    Ok(entries)
}

fn count(number: usize) -> Result<u32> {
    u32::try_from(number)
        .map_err(|_| Error::limit("more than 4294967295 files cannot be embedded", Whose::Own))
}

/// The entries of a directory, sorted.
fn list(host: &Path, parent: u32) -> Result<Vec<Entry>> {
    let failed = |error| unreadable(host, &error);
    let mut entries = Vec::new();
    for found in fs::read_dir(host).map_err(failed)? {
        let found = found.map_err(failed)?;
        let host = found.path();
        let name = found.file_name().into_string();
        let name = name.map_err(|_| cannot_hold(&host, "its name is not UTF-8"))?;
        let kind = found
            .metadata()
            .map_err(|error| unreadable(&host, &error))?;
        let kind = if kind.is_file() {
            EntryKind::File(kind.len())
        } else if kind.is_dir() {
            EntryKind::Directory(0, 0)
        } else if kind.is_symlink() {
            EntryKind::Link(target(&host)?)
        } else {
            return Err(special(&host, kind.file_type()));
        };
        entries.push(Entry {
            name,
            parent,
            host,
            kind,
        });
    }
    entries.sort_by(|one, other| one.name.as_bytes().cmp(other.name.as_bytes()));
    Ok(entries)
}

fn target(link: &Path) -> Result<String> {
    let target = fs::read_link(link).map_err(|error| unreadable(link, &error))?;
    match target.to_str() {
        Some(target) => Ok(target.replace(std::path::MAIN_SEPARATOR, "/")),
        None => Err(cannot_hold(link, "the link's target is not UTF-8")),
    }
}

/// Files from various directories, in one root.
fn together(mut files: Vec<(String, PathBuf)>) -> Vec<Entry> {
    files.sort_by(|one, other| one.0.as_bytes().cmp(other.0.as_bytes()));
    let mut all = vec![root(PathBuf::new())];
    all[0].kind = EntryKind::Directory(1, files.len() as u32);
    all.extend(files.into_iter().map(|(name, host)| Entry {
        name,
        parent: 0,
        kind: EntryKind::File(fs::metadata(&host).map_or(0, |data| data.len())),
        host,
    }));
    all
}

/// Reads the files, if they all fit. `left`: the part of `room` that is still free.
fn finish(entries: Vec<Entry>, left: &mut u64, room: u64) -> Result<Tree> {
    let sizes = entries.iter().map(|entry| match entry.kind {
        EntryKind::File(len) => len,
        _ => 0,
    });
    let total = sizes.fold(0u64, u64::saturating_add);
    *left = left.checked_sub(total).ok_or_else(|| {
        let wanted = (room - *left).saturating_add(total);
        let message = format!("{wanted} bytes of files are to be embedded: more than the {room} that an executable can hold");
        Error::new(Code::Layout, message).help("grant the directory with --dir instead")
    })?;
    let nodes = entries.into_iter().map(|entry| {
        let kind = match entry.kind {
            EntryKind::File(len) => Kind::File(Contents::new(entry.host, len)?),
            EntryKind::Directory(first, count) => Kind::Directory(first, count),
            EntryKind::Link(target) => Kind::Link(target),
        };
        let Entry { name, parent, .. } = entry;
        Ok(Node { name, parent, kind })
    });
    let nodes = nodes.collect::<Result<_>>()?;
    Ok(Tree { nodes })
}

fn special(path: &Path, kind: FileType) -> Error {
    let what = what(kind);
    cannot_hold(path, &format!("it is {what}, no file, directory or link"))
}

#[cfg(unix)]
fn what(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn what(_: FileType) -> &'static str {
    "something special"
}

/// An error: `path` cannot be part of a tree.
pub(super) fn cannot_hold(path: &Path, why: &str) -> Error {
    Error::new(Code::Embed, format!("this cannot be embedded: {why}"))
        .in_file(path.display().to_string())
        .help("leave it out of what is embedded")
}
