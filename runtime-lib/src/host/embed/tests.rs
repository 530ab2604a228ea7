//! Compares an embedded tree with a directory of the same contents: all results must be equal.

use super::{
    super::{
        descriptor::{self, Descriptor, GivenUp, Kind, access},
        dir::{self, Open},
        file,
        path::PathBuffer,
        stream,
        tests::ONE_AT_A_TIME,
    },
    root, wasi_aot_start_embeds,
};
use crate::{
    os::{
        Errno, Fd, IoRead,
        fd::Whence,
        path::{Room, flags, kind},
    },
    thread,
};
use core::{cell::Cell, ffi::CStr};
use std::{
    borrow::ToOwned,
    ffi::OsStr,
    format, fs,
    os::{fd::IntoRawFd, unix::ffi::OsStrExt, unix::fs::symlink},
    path::PathBuf,
    string::String,
    vec,
    vec::Vec,
};
use wasi_aot_abi::{
    Str,
    program::{Embed, EmbedNode, embed_kind},
};

/// The number of links in a chain, more than a path may follow.
const CHAIN: usize = 45;
const NODES: usize = 20 + CHAIN;

static CHAIN_NAMES: [[u8; 4]; CHAIN] = {
    let mut names = [*b"l00\0"; CHAIN];
    let mut number = 0;
    while number < CHAIN {
        names[number] = [
            b'l',
            b'0' + (number / 10) as u8,
            b'0' + (number % 10) as u8,
            0,
        ];
        number += 1;
    }
    names
};

const fn text(bytes: &'static [u8]) -> Str {
    Str {
        ptr: bytes.as_ptr(),
        len: bytes.len(),
    }
}

const fn node(name: &'static CStr, kind: u32, data: &'static [u8], parent: u32) -> EmbedNode {
    EmbedNode {
        name: text(name.to_bytes()),
        data: text(data),
        first: 0,
        count: 0,
        parent,
        kind,
    }
}

const fn dir(name: &'static CStr, parent: u32, first: u32, count: u32) -> EmbedNode {
    EmbedNode {
        first,
        count,
        ..node(name, embed_kind::DIRECTORY, b"", parent)
    }
}

const fn link(name: &'static CStr, target: &'static [u8], parent: u32) -> EmbedNode {
    node(name, embed_kind::LINK, target, parent)
}

static NODE_TABLE: [EmbedNode; NODES] = {
    const ROOT_ENTRIES: u32 = 11 + CHAIN as u32;
    const BEHIND: u32 = 1 + ROOT_ENTRIES;
    let mut nodes = [const { node(c"", 0, b"", 0) }; NODES];
    nodes[0] = dir(c"", 0, 1, ROOT_ENTRIES);
    nodes[1] = dir(c"a", 0, BEHIND, 6);
    nodes[2] = link(c"broken", b"nothing", 0);
    nodes[3] = link(c"circle", b"circle", 0);
    nodes[4] = link(c"down", b"a/b", 0);
    nodes[5] = node(c"empty", embed_kind::FILE, b"", 0);
    nodes[6] = node(c"file", embed_kind::FILE, b"contents", 0);
    nodes[7] = link(c"here", b".", 0);
    let mut number = 0;
    while number < CHAIN {
        let Ok(name) = CStr::from_bytes_with_nul(&CHAIN_NAMES[number]) else {
            panic!("a name has a NUL")
        };
        let target: &[u8] = match number.checked_sub(1) {
            Some(before) => CHAIN_NAMES[before].split_at(3).0,
            None => b"file",
        };
        nodes[8 + number] = link(name, target, 0);
        number += 1;
    }
    nodes[8 + CHAIN] = link(c"slash", b"a/", 0);
    nodes[9 + CHAIN] = link(c"slashfile", b"file/", 0);
    nodes[10 + CHAIN] = link(c"through", b"file/x", 0);
    nodes[11 + CHAIN] = link(c"z", b"a/back/down/../up/here/file", 0);
    let first = BEHIND as usize;
    nodes[first] = dir(c"b", 1, BEHIND + 6, 2);
    nodes[first + 1] = link(c"back", b"..", 1);
    nodes[first + 2] = node(c"file", embed_kind::FILE, b"another", 1);
    nodes[first + 3] = link(c"out", b"../../outside", 1);
    nodes[first + 4] = link(c"self", b"../a", 1);
    nodes[first + 5] = link(c"up", b"..", 1);
    nodes[first + 6] = node(c"deep", embed_kind::FILE, b"x", BEHIND);
    nodes[first + 7] = link(c"up", b"../..", BEHIND);
    nodes
};

/// The trees in the configuration of unit tests.
pub(crate) static TREES: [Embed; 1] = [Embed {
    guest: text(b"/embedded"),
    nodes: NODE_TABLE.as_ptr(),
    node_count: NODES,
}];

fn bytes(text: &Str) -> &'static [u8] {
    crate::program::bytes(text)
}

fn path_of(index: usize) -> PathBuf {
    if index == 0 {
        return PathBuf::new();
    }
    let node = &NODE_TABLE[index];
    path_of(node.parent as usize).join(OsStr::from_bytes(bytes(&node.name)))
}

/// Makes the tree in a directory.
fn make_directory() -> PathBuf {
    let at = std::env::temp_dir().join(format!("wasi-aot-embed-{}", std::process::id()));
    for (index, node) in NODE_TABLE.iter().enumerate() {
        let path = at.join(path_of(index));
        match node.kind {
            embed_kind::DIRECTORY => fs::create_dir_all(path).unwrap(),
            embed_kind::FILE => fs::write(path, bytes(&node.data)).unwrap(),
            _ => symlink(OsStr::from_bytes(bytes(&node.data)), path).unwrap(),
        }
    }
    at
}

fn load(path: &str) -> Result<PathBuffer, Errno> {
    let mut buffer = PathBuffer::empty();
    let cells: Vec<_> = path.bytes().map(Cell::new).collect();
    buffer.load(&cells).map(|()| buffer)
}

/// The results of all operations on a path.
fn answers(at: &Descriptor, path: &str, flags: u32) -> Vec<String> {
    let mut answers = vec![];
    for follow in [true, false] {
        let mut room = Room::empty();
        let stat = load(path).and_then(|mut path| dir::stat(at, &mut path, follow, &mut room));
        answers.push(format!(
            "{:?}",
            stat.map(|stat| match stat.mode() & kind::MASK {
                kind::DIRECTORY => (kind::DIRECTORY, 0),
                kind => (kind, stat.size()),
            })
        ));
    }
    let mut target = [0; 64];
    let link = load(path).and_then(|mut path| dir::read_link(at, &mut path, &mut target));
    answers.push(format!("{:?}", link.map(|len| target[..len].to_vec())));
    answers.push(format!(
        "{:?}",
        load(path).and_then(|path| look_into(at, path, flags))
    ));
    answers
}

/// Opens a path; returns its entries or contents.
fn look_into(
    at: &Descriptor,
    mut path: PathBuffer,
    flags: u32,
) -> Result<(Kind, u32, Vec<String>), Errno> {
    let how = Open {
        flags,
        read: true,
        write: false,
        besides: 0,
        given_up: GivenUp::NONE,
    };
    let number = dir::open(at, &mut path, how)?;
    let opened = descriptor::get(number)?;
    let found = match opened.kind {
        Kind::DIR => names(&opened),
        _ => vec![format!("{:?}", contents(&opened))],
    };
    let flags = file::flags(&opened)?;
    descriptor::close(number)?;
    Ok((opened.kind, flags, found))
}

fn names(at: &Descriptor) -> Vec<String> {
    let mut names = vec![];
    dir::read(at, 0, |entry| {
        names.push(format!("{:?} {}", entry.name, entry.kind));
        true
    })
    .unwrap();
    names.sort();
    names
}

/// Reads in small pieces.
fn contents(at: &Descriptor) -> Result<Vec<u8>, Errno> {
    let mut all = vec![];
    loop {
        let (one, two) = (vec![Cell::new(0); 2], vec![Cell::new(0); 3]);
        let len = stream::read(at, &[IoRead::new(&one), IoRead::new(&two)])?;
        if len == 0 {
            return Ok(all);
        }
        all.extend(one.iter().chain(&two).take(len).map(Cell::get));
    }
}

/// Pseudorandom numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % limit
    }

    fn path(&mut self, long: &str) -> String {
        let names = [
            "a",
            "b",
            "file",
            "empty",
            "deep",
            "..",
            ".",
            "",
            "up",
            "down",
            "here",
            "back",
            "out",
            "self",
            "broken",
            "circle",
            "slash",
            "slashfile",
            "through",
            "z",
            "l00",
            "l38",
            "l39",
            "l40",
            "nothing",
            long,
        ];
        let count = 1 + self.below(5);
        let path: Vec<_> = (0..count).map(|_| names[self.below(names.len())]).collect();
        path.join("/")
    }
}

/// The embedded root, and an equal directory.
fn both() -> (Descriptor, Descriptor, PathBuf) {
    wasi_aot_start_embeds();
    let embedded = descriptor::get(root(0).unwrap()).unwrap();
    let path = make_directory();
    let directory = Descriptor {
        fd: Fd(fs::File::open(&path).unwrap().into_raw_fd()),
        ..embedded
    };
    (embedded, directory, path)
}

#[test]
fn answers_are_those_of_a_directory() {
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let (embedded, directory, path) = both();
    let mut random = Random(1);
    let long = "n".repeat(256);
    let choices = [
        0,
        flags::DIRECTORY,
        flags::NOFOLLOW,
        flags::APPEND,
        flags::NONBLOCK,
    ];
    for start in [".", "a", "a/b"] {
        let open = |at| {
            let how = Open {
                flags: flags::DIRECTORY,
                read: true,
                write: false,
                besides: 0,
                given_up: GivenUp::NONE,
            };
            let number = dir::open(at, &mut load(start).unwrap(), how).unwrap();
            descriptor::get(number).unwrap()
        };
        let (embedded, directory) = (open(&embedded), open(&directory));
        for _ in 0..20_000 {
            let path = random.path(&long);
            let flags = choices[random.below(choices.len())] | choices[random.below(choices.len())];
            assert_eq!(
                answers(&embedded, &path, flags),
                answers(&directory, &path, flags),
                "{path} from {start} with {flags:#o}"
            );
        }
    }
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn positions_are_those_of_a_file() {
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let (embedded, directory, path) = both();
    let open = |at| {
        let how = Open {
            flags: 0,
            read: true,
            write: false,
            besides: 0,
            given_up: GivenUp::NONE,
        };
        let number = dir::open(at, &mut load("file").unwrap(), how).unwrap();
        descriptor::get(number).unwrap()
    };
    let files = [open(&embedded), open(&directory)];
    let mut random = Random(2);
    let offsets = [0, 1, 5, 7, 8, 9, 1 << 40, -1, -8, -9, i64::MIN];
    for step in 0..10_000 {
        let offset = offsets[random.below(offsets.len())];
        let whence = [Whence::Set, Whence::Current, Whence::End][random.below(3)];
        let (choice, len) = (random.below(3), random.below(12));
        let [ours, kernels] = files.each_ref().map(|file| {
            let cells = vec![Cell::new(0); len];
            let vectors = [
                IoRead::new(&cells[..len / 3]),
                IoRead::new(&cells[len / 3..]),
            ];
            let result = match choice {
                0 => file::seek(file, offset, whence),
                1 => stream::read(file, &vectors).map(|len| len as u64),
                _ => stream::read_at(file, &vectors, offset as u64).map(|len| len as u64),
            };
            (result, cells)
        });
        assert_eq!(
            ours, kernels,
            "step {step}: {choice} {offset} {whence:?} {len}"
        );
    }
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn nothing_can_be_made_or_changed() {
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    wasi_aot_start_embeds();
    let at = descriptor::get(root(0).unwrap()).unwrap();
    let open = |path, flags, write| {
        let how = Open {
            flags,
            read: true,
            write,
            besides: 0,
            given_up: GivenUp::NONE,
        };
        dir::open(&at, &mut load(path).unwrap(), how).map(drop)
    };
    let (create, exclusive) = (flags::CREAT, flags::CREAT | flags::EXCL);
    for (path, flags, write, expected) in [
        ("file", create, false, Ok(())),
        ("z", create, false, Ok(())),
        ("file", create, true, Err(Errno::EROFS)),
        ("file", 0, true, Err(Errno::EROFS)),
        ("file", flags::TRUNC, false, Err(Errno::EROFS)),
        ("new", create, false, Err(Errno::EROFS)),
        ("broken", create, false, Err(Errno::EROFS)),
        ("new", exclusive, true, Err(Errno::EROFS)),
        ("new", 0, true, Err(Errno::ENOENT)),
        ("new/", create, false, Err(Errno::EISDIR)),
        ("new/new", create, false, Err(Errno::ENOENT)),
        ("file", exclusive, false, Err(Errno::EEXIST)),
        ("broken", exclusive, false, Err(Errno::EEXIST)),
        ("a", create, false, Err(Errno::EISDIR)),
        ("a", 0, true, Err(Errno::EISDIR)),
        ("a", create | flags::DIRECTORY, false, Err(Errno::EINVAL)),
        ("../file", create, false, Err(Errno::EPERM)),
    ] {
        assert_eq!(
            open(path, flags, write),
            expected,
            "{path} {flags:#o} {write}"
        );
    }
    let name = || load("file").unwrap();
    assert_eq!(dir::unlink(&at, &mut name()), Err(Errno::EROFS));
    assert_eq!(
        dir::rename(&at, &mut name(), &at, &mut name()),
        Err(Errno::EROFS)
    );
    assert_eq!(at.access & access::CHANGE, 0);
}

#[test]
fn entries_go_on_where_the_cookie_says() {
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    wasi_aot_start_embeds();
    let at = descriptor::get(root(0).unwrap()).unwrap();
    let mut whole = vec![];
    dir::read(&at, 0, |entry| {
        whole.push((entry.name.to_owned(), entry.next, entry.ino));
        true
    })
    .unwrap();
    assert_eq!(whole.len(), 2 + 11 + CHAIN);
    assert!(whole.iter().all(|(_, _, ino)| *ino != 0));
    let mut cookie = 0;
    for (name, next, _) in &whole {
        dir::read(&at, cookie, |entry| {
            assert_eq!(entry.name, &**name);
            false
        })
        .unwrap();
        cookie = *next;
    }
    for behind in [cookie, cookie + 1, u64::from(u32::MAX) + 2, u64::MAX] {
        dir::read(&at, behind, |_| panic!("nothing is there")).unwrap();
    }
}

#[test]
fn many_are_open_at_once() {
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    wasi_aot_start_embeds();
    let at = descriptor::get(root(0).unwrap()).unwrap();
    let how = Open {
        flags: 0,
        read: true,
        write: false,
        besides: 0,
        given_up: GivenUp::NONE,
    };
    let open = || dir::open(&at, &mut load("file").unwrap(), how).unwrap();
    let numbers: Vec<_> = (0..1000).map(|_| open()).collect();
    for number in &numbers {
        let _call = thread::enter();
        let file = descriptor::get(*number).unwrap();
        let offset = i64::from(*number);
        assert_eq!(file::seek(&file, offset, Whence::Set), Ok(offset as u64));
    }
    for number in numbers {
        let call = thread::enter();
        let file = descriptor::get(number).unwrap();
        assert_eq!(file::seek(&file, 0, Whence::Current), Ok(u64::from(number)));
        descriptor::close(number).unwrap();
        // A descriptor that a call uses is closed at the end of the call.
        drop(call);
        assert_eq!(file::seek(&file, 0, Whence::Current), Err(Errno::EBADF));
    }
}
