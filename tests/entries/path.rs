//! A path below a granted directory, with the kernel's help and without it.

use crate::empty_program;
use std::cell::Cell;
use std::fs;
use std::hint::black_box;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;
use wasi_aot_runtime::host::descriptor::{self, Descriptor, GivenUp, Kind, access};
use wasi_aot_runtime::host::dir::{self, Open};
use wasi_aot_runtime::host::path::{PathBuffer, use_open_below};
use wasi_aot_runtime::os;

/// A folder `inside`, with links that lead out of it and around.
struct Tree {
    inside: PathBuf,
    dir: fs::File,
    _folder: TempDir,
}

fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        let inside = root.join("inside");
        fs::create_dir_all(inside.join("a/b")).expect("a folder");
        for file in ["outside", "inside/f", "inside/a/f"] {
            fs::write(root.join(file), file).expect("a file");
        }
        for (target, link) in [
            ("..", "up"),
            ("../outside", "o"),
            ("/etc", "e"),
            ("a/b", "l"),
            ("loop", "loop"),
            ("../../inside", "a/i"),
        ] {
            symlink(target, inside.join(link)).expect("a link");
        }
        let dir = fs::File::open(&inside).expect("it is there");
        Tree {
            inside,
            dir,
            _folder: folder,
        }
    })
}

/// Opens the path for reading: what is opened lies inside, and both ways agree.
///
/// Not for several threads at once: which way is taken is one setting.
pub fn path(data: &[u8]) {
    // The runtime finds this program.
    black_box(&empty_program::PROGRAM);
    let tree = tree();
    let [kernel, walked] = [true, false].map(|below| {
        use_open_below(below);
        open(tree, data)
    });
    use_open_below(true);
    for opened in [&kernel, &walked].into_iter().flatten() {
        assert!(opened.starts_with(&tree.inside), "{opened:?} is outside");
    }
    assert_eq!(kernel, walked, "the kernel's way, and the own");
}

/// Where the file is that was opened, or the number of the error.
fn open(tree: &Tree, data: &[u8]) -> Result<PathBuf, i32> {
    let granted = Descriptor {
        fd: os::Fd(tree.dir.as_raw_fd()),
        kind: Kind::DIR,
        access: access::READ | access::CHANGE | access::GRANT,
        grant: 0,
    };
    let how = Open {
        flags: 0,
        read: true,
        write: false,
        besides: 0,
        given_up: GivenUp::NONE,
    };
    let opened = || -> Result<PathBuf, os::Errno> {
        let cells: Vec<_> = data.iter().copied().map(Cell::new).collect();
        let mut path = PathBuffer::empty();
        path.load(&cells)?;
        let number = dir::open(&granted, &mut path, how)?;
        let fd = descriptor::get(number)?.fd.0;
        let place = fs::read_link(format!("/proc/self/fd/{fd}")).expect("it is open");
        descriptor::close(number)?;
        Ok(place)
    };
    opened().map_err(|error| i32::from(error.number()))
}
