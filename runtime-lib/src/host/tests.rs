//! Attacks on the sandbox: hostile trees and paths, resolved by the system and by the runtime
//! itself.

use super::{
    descriptor::{self, Descriptor, GivenUp, Kind, access},
    dir::{self, Open},
    path::{self, PathBuffer},
    stream,
};
use crate::os::{
    Errno, Fd, IoRead, fd,
    path::{Room, flags},
    time::Timespec,
};
use std::{
    cell::Cell,
    fs,
    os::{fd::IntoRawFd, unix::fs::symlink},
    path::PathBuf,
    string::String,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
    vec,
    vec::Vec,
};

/// The descriptor table and the choice of resolution are global to the process.
pub(crate) static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// `inside` is granted, `outside` must not change.
struct Tree {
    root: PathBuf,
    dir: Descriptor,
    _guard: MutexGuard<'static, ()>,
}

impl Tree {
    fn new() -> Tree {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let guard = ONE_AT_A_TIME
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let root =
            std::env::temp_dir().join(std::format!("wasi-aot-{}-{count}", std::process::id()));
        fs::create_dir_all(root.join("inside/dir/sub")).unwrap();
        fs::create_dir_all(root.join("outside/empty")).unwrap();
        fs::write(root.join("outside/secret"), "secret").unwrap();
        fs::write(root.join("inside/file"), "hello").unwrap();
        for (target, name) in [
            ("..", "up"),
            ("../outside", "out"),
            ("../outside/secret", "leak"),
            ("/", "root"),
            ("/etc/passwd", "absolute"),
            ("/proc/self/root", "magic"),
            ("dir/../../outside", "chain"),
            ("dir/back", "twice"),
            ("../../outside", "dir/back"),
            ("loop", "loop"),
            ("dir/../file", "good"),
            ("dir", "dirlink"),
            ("../outside/new", "dangling"),
            (".", "self"),
        ] {
            symlink(target, root.join("inside").join(name)).unwrap();
        }
        let inside = fs::File::open(root.join("inside")).unwrap();
        let dir = Descriptor {
            fd: Fd(inside.into_raw_fd()),
            kind: Kind::DIR,
            access: access::READ | access::CHANGE | access::GRANT,
            grant: 0,
        };
        Tree {
            root,
            dir,
            _guard: guard,
        }
    }

    /// All files outside, with contents.
    fn outside(&self) -> Vec<(PathBuf, Option<String>)> {
        let mut found = vec![];
        let mut todo = vec![self.root.join("outside"), self.root.clone()];
        while let Some(dir) = todo.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                found.push((path.clone(), fs::read_to_string(path).ok()));
            }
        }
        found.sort();
        found
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fd::close(self.dir.fd);
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn load(path: &str) -> Result<PathBuffer, Errno> {
    let cells: Vec<_> = path.bytes().map(Cell::new).collect();
    let mut buffer = PathBuffer::empty();
    buffer.load(&cells)?;
    Ok(buffer)
}

/// The size, and the time of the last change of the contents.
fn status(dir: &Descriptor, path: &mut PathBuffer, follow: bool) -> Result<(u64, Timespec), Errno> {
    let mut room = Room::empty();
    dir::stat(dir, path, follow, &mut room).map(|stat| (stat.size(), stat.modified()))
}

fn with<T>(path: &str, call: impl FnOnce(&mut PathBuffer) -> Result<T, Errno>) -> Result<T, Errno> {
    call(&mut load(path)?)
}

/// Runs the check with the system's resolution, then with the runtime's.
fn both_ways(check: impl Fn(&Tree)) {
    for below in [true, false] {
        let tree = Tree::new();
        path::use_open_below(below);
        check(&tree);
        path::use_open_below(true);
    }
}

const READ: Open = Open {
    flags: 0,
    read: true,
    write: false,
    besides: 0,
    given_up: GivenUp::NONE,
};
const CREATE: Open = Open {
    flags: flags::CREAT,
    read: true,
    write: true,
    besides: 0,
    given_up: GivenUp::NONE,
};

fn read(tree: &Tree, name: &str) -> Result<String, Errno> {
    let number = with(name, |path| dir::open(&tree.dir, path, READ))?;
    let bytes = vec![Cell::new(0); 100];
    let read = descriptor::get(number).and_then(|file| stream::read(&file, &[IoRead::new(&bytes)]));
    descriptor::close(number).unwrap();
    Ok(bytes
        .iter()
        .take(read?)
        .map(|byte| char::from(byte.get()))
        .collect())
}

/// Paths whose last name is outside, in every way of reaching it.
const HOSTILE: [&str; 21] = [
    "..",
    "../",
    "../outside/secret",
    "/etc/passwd",
    "/",
    "up",
    "up/",
    "up/outside/secret",
    "out/secret",
    "out/empty",
    "dir/../../outside/secret",
    "root/etc/passwd",
    "root/",
    "magic/etc/passwd",
    "chain/secret",
    "twice/secret",
    "dir/back/empty",
    "dirlink/back/secret",
    "self/self/../..",
    "dir/sub/../../../outside/secret",
    "./././../inside/file",
];

#[test]
fn nothing_outside_is_reached() {
    both_ways(|tree| {
        let before = tree.outside();
        for path in HOSTILE.into_iter().chain(["leak", "absolute", "dangling"]) {
            assert_eq!(read(tree, path), Err(Errno::EPERM), "read {path}");
            // The kernel never creates a file whose name ends in a slash, wherever it is.
            let error = if path.ends_with('/') && path != "/" {
                Errno::EISDIR
            } else {
                Errno::EPERM
            };
            let created = with(path, |p| dir::open(&tree.dir, p, CREATE));
            assert!(
                created == Err(error) || created == Err(Errno::EPERM),
                "create {path}: {created:?}"
            );
            assert_eq!(
                with(path, |p| status(&tree.dir, p, true).map(drop)),
                Err(Errno::EPERM),
                "stat {path}"
            );
            let now = [Timespec::default(); 2];
            assert_eq!(
                with(path, |p| dir::set_times(&tree.dir, p, true, &now)),
                Err(Errno::EPERM),
                "times {path}"
            );
        }
        for path in HOSTILE.into_iter().filter(|path| !matches!(*path, "up")) {
            assert_eq!(
                with(path, |p| status(&tree.dir, p, false).map(drop)),
                Err(Errno::EPERM),
                "lstat {path}"
            );
            assert_eq!(
                with(path, |p| dir::read_link(&tree.dir, p, &mut [0; 9])),
                Err(Errno::EPERM),
                "readlink {path}"
            );
        }
        assert_eq!(tree.outside(), before);
    });
}

#[test]
fn nothing_outside_is_changed() {
    both_ways(|tree| {
        let before = tree.outside();
        for path in HOSTILE {
            assert!(
                with(path, |p| dir::create_directory(&tree.dir, p)).is_err(),
                "mkdir {path}"
            );
            assert!(
                with(path, |p| dir::remove_directory(&tree.dir, p)).is_err(),
                "rmdir {path}"
            );
            assert!(
                path == "up" || with(path, |p| dir::unlink(&tree.dir, p)).is_err(),
                "unlink {path}"
            );
            let to = |p: &mut PathBuffer| dir::rename(&tree.dir, &mut load("file")?, &tree.dir, p);
            assert!(path == "up" || with(path, to).is_err(), "rename to {path}");
            let from = |p: &mut PathBuffer| dir::rename(&tree.dir, p, &tree.dir, &mut load("got")?);
            assert!(path == "up" || with(path, from).is_err(), "rename {path}");
            let link =
                |p: &mut PathBuffer| dir::link(&tree.dir, p, true, &tree.dir, &mut load("got")?);
            assert!(with(path, link).is_err(), "link {path}");
            let link =
                |p: &mut PathBuffer| dir::link(&tree.dir, &mut load("file")?, false, &tree.dir, p);
            assert!(with(path, link).is_err(), "link to {path}");
            let link = |p: &mut PathBuffer| dir::symlink(&load("file")?, &tree.dir, p);
            assert!(with(path, link).is_err(), "symlink {path}");
        }
        assert_eq!(
            with("/etc", |p| dir::symlink(&load("/etc")?, &tree.dir, p)),
            Err(Errno::EPERM)
        );
        assert_eq!(tree.outside(), before);
    });
}

#[test]
fn what_stays_inside_is_found() {
    both_ways(|tree| {
        for path in [
            "file",
            "./file",
            "dir/../file",
            "good",
            "self/good",
            "dirlink/../file",
            "dir/sub/../../file",
        ] {
            assert_eq!(read(tree, path).as_deref(), Ok("hello"), "{path}");
        }
        let refused = |path: &str, error| assert_eq!(read(tree, path), Err(error), "{path}");
        refused("", Errno::ENOENT);
        refused("missing", Errno::ENOENT);
        refused("missing/file", Errno::ENOENT);
        refused("file/", Errno::ENOTDIR);
        refused("file/x", Errno::ENOTDIR);
        refused("loop", Errno::ELOOP);
        refused("loop/x", Errno::ELOOP);
        refused("a\0b", Errno::EINVAL);
        refused(&"x".repeat(4096), Errno::ENAMETOOLONG);
        refused(&"x".repeat(300), Errno::ENAMETOOLONG);
        // Directories can be opened, but not read as files.
        refused("dir/", Errno::EBADF);
        refused("dirlink/.", Errno::EBADF);
    });
}

#[test]
fn the_last_name_is_not_followed_unless_asked() {
    both_ways(|tree| {
        let nofollow = Open {
            flags: flags::NOFOLLOW,
            ..READ
        };
        assert_eq!(
            with("good", |p| dir::open(&tree.dir, p, nofollow)),
            Err(Errno::ELOOP)
        );
        assert_eq!(
            with("leak", |p| dir::open(&tree.dir, p, nofollow)),
            Err(Errno::ELOOP)
        );
        let size = |path, follow| with(path, |p| status(&tree.dir, p, follow).map(|stat| stat.0));
        assert_eq!(size("good", true), Ok(5));
        assert_eq!(size("good", false), Ok("dir/../file".len() as u64));
        let mut target = [0; 99];
        assert_eq!(
            with("dirlink/back", |p| dir::read_link(
                &tree.dir,
                p,
                &mut target
            )),
            Ok(13)
        );
        assert_eq!(&target[..13], b"../../outside");
        assert_eq!(
            with("dirlink/", |p| dir::read_link(&tree.dir, p, &mut target)),
            Err(Errno::EINVAL)
        );
        let times = [Timespec {
            seconds: 7,
            nanoseconds: 0,
        }; 2];
        assert_eq!(
            with("good", |p| dir::set_times(&tree.dir, p, true, &times)),
            Ok(())
        );
        let stat = with("file", |p| status(&tree.dir, p, true)).unwrap();
        assert_eq!(stat.1, times[0]);
    });
}

#[test]
fn changes_happen_where_they_are_asked_for() {
    both_ways(|tree| {
        let inside = tree.root.join("inside");
        with("dir/sub/new/", |p| dir::create_directory(&tree.dir, p)).unwrap();
        assert!(inside.join("dir/sub/new").is_dir());
        with("dirlink/sub/new/", |p| dir::remove_directory(&tree.dir, p)).unwrap();
        assert!(!inside.join("dir/sub/new").exists());
        with("file", |p| {
            dir::rename(&tree.dir, p, &tree.dir, &mut load("dir/sub/moved")?)
        })
        .unwrap();
        assert_eq!(
            fs::read_to_string(inside.join("dir/sub/moved")).unwrap(),
            "hello"
        );
        with("dir/sub/moved", |p| {
            dir::link(&tree.dir, p, false, &tree.dir, &mut load("file")?)
        })
        .unwrap();
        with("./dir/sub/moved", |p| dir::unlink(&tree.dir, p)).unwrap();
        assert_eq!(read(tree, "file").as_deref(), Ok("hello"));
        // The link is removed, not its target.
        with("leak", |p| dir::unlink(&tree.dir, p)).unwrap();
        assert!(
            fs::symlink_metadata(inside.join("leak")).is_err()
                && tree.root.join("outside/secret").exists()
        );
        with("to", |p| dir::symlink(&load("../outside")?, &tree.dir, p)).unwrap();
        assert_eq!(read(tree, "to/secret"), Err(Errno::EPERM));
        let number = with("dir/made", |p| dir::open(&tree.dir, p, CREATE)).unwrap();
        descriptor::close(number).unwrap();
        assert!(inside.join("dir/made").exists());
    });
}

/// The tree's directory as a read-only grant.
fn read_only(tree: &Tree) -> Descriptor {
    Descriptor {
        access: access::READ | access::GRANT,
        ..tree.dir
    }
}

#[test]
fn a_read_only_grant_allows_no_change() {
    both_ways(|tree| {
        let only = read_only(tree);
        let refused = Err(Errno::EPERM);
        for flags in [flags::CREAT, flags::TRUNC] {
            let how = Open { flags, ..READ };
            assert_eq!(
                with("file", |p| dir::open(&only, p, how)).map(drop),
                refused
            );
        }
        let write = Open {
            write: true,
            ..READ
        };
        assert_eq!(
            with("file", |p| dir::open(&only, p, write)).map(drop),
            refused
        );
        assert_eq!(with("new", |p| dir::create_directory(&only, p)), refused);
        assert_eq!(with("file", |p| dir::unlink(&only, p)), refused);
        assert_eq!(
            with("dir/sub", |p| dir::remove_directory(&only, p)),
            refused
        );
        // Files that are opened below inherit it.
        let sub = with("dir", |p| dir::open(&only, p, READ)).unwrap();
        let below = descriptor::get(sub).unwrap();
        assert_eq!(with("new", |p| dir::create_directory(&below, p)), refused);
        descriptor::close(sub).unwrap();
    });
}

#[test]
fn a_read_only_grant_allows_no_new_name_or_time() {
    both_ways(|tree| {
        let only = read_only(tree);
        let refused = Err(Errno::EPERM);
        assert_eq!(
            with("file", |p| dir::rename(
                &only,
                p,
                &tree.dir,
                &mut load("x")?
            )),
            refused
        );
        assert_eq!(
            with("file", |p| dir::rename(
                &tree.dir,
                p,
                &only,
                &mut load("x")?
            )),
            refused
        );
        assert_eq!(
            with("file", |p| dir::link(
                &only,
                p,
                false,
                &tree.dir,
                &mut load("x")?
            )),
            refused
        );
        assert_eq!(
            with("x", |p| dir::symlink(&load("file")?, &only, p)),
            refused
        );
        assert_eq!(
            with("file", |p| dir::set_times(
                &only,
                p,
                true,
                &[Timespec::default(); 2]
            )),
            refused
        );
        assert_eq!(
            with("file", |p| status(&only, p, true).map(|stat| stat.0)),
            Ok(5)
        );
    });
}

#[test]
fn a_rename_at_the_same_time_opens_no_hole() {
    both_ways(|tree| {
        let inside = tree.root.join("inside");
        fs::create_dir(inside.join("real")).unwrap();
        fs::write(inside.join("real/secret"), "decoy").unwrap();
        symlink("../outside", inside.join("fake")).unwrap();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    for name in ["real", "fake"] {
                        fs::rename(inside.join(name), inside.join("swap")).unwrap();
                        fs::rename(inside.join("swap"), inside.join(name)).unwrap();
                    }
                }
            });
            let (mut seen, mut rounds) = (0, 0);
            let started = Instant::now();
            // On a busy machine the other thread may not run for some time.
            while rounds < 3000 || seen == 0 && started.elapsed() < Duration::from_secs(60) {
                rounds += 1;
                for path in ["swap/secret", "dir/../swap/secret", "swap/../swap/secret"] {
                    match read(tree, path) {
                        Ok(contents) => {
                            assert_eq!(contents, "decoy");
                            seen += 1;
                        }
                        Err(error) => assert!(
                            matches!(
                                error,
                                Errno::EPERM | Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP
                            ),
                            "{error:?}"
                        ),
                    }
                }
            }
            stop.store(true, Ordering::Relaxed);
            assert!(seen > 0, "the race never found the directory in place");
        });
    });
}

#[test]
fn a_directory_is_read_in_pieces() {
    both_ways(|tree| {
        let many = tree.root.join("inside/many");
        fs::create_dir(&many).unwrap();
        for index in 0..500 {
            fs::write(many.join(std::format!("entry-{index:03}")), "").unwrap();
        }
        let number = with("many", |p| dir::open(&tree.dir, p, READ)).unwrap();
        let descriptor = descriptor::get(number).unwrap();
        let (mut names, mut cookie) = (vec![], 0);
        loop {
            let mut taken = 0;
            dir::read(&descriptor, cookie, |entry| {
                names.push(String::from(entry.name.to_str().unwrap()));
                (cookie, taken) = (entry.next, taken + 1);
                taken < 7
            })
            .unwrap();
            if taken < 7 {
                break;
            }
        }
        names.sort();
        assert_eq!(names.len(), 502);
        assert_eq!(names[..2], [".", ".."]);
        names.dedup();
        assert_eq!(names.len(), 502);
        descriptor::close(number).unwrap();
    });
}

#[test]
fn numbers_are_given_lowest_first_and_the_table_grows() {
    let tree = Tree::new();
    let open = || with("file", |p| dir::open(&tree.dir, p, READ)).unwrap();
    let numbers: Vec<u32> = (0..300).map(|_| open()).collect();
    assert!(numbers.is_sorted());
    descriptor::close(numbers[70]).unwrap();
    descriptor::close(numbers[7]).unwrap();
    assert_eq!(descriptor::get(numbers[7]).map(drop), Err(Errno::EBADF));
    assert_eq!((open(), open()), (numbers[7], numbers[70]));
    descriptor::renumber(numbers[3], numbers[250]).unwrap();
    assert_eq!(descriptor::close(numbers[3]), Err(Errno::EBADF));
    assert_eq!(
        descriptor::renumber(numbers[4], numbers[3]),
        Err(Errno::EBADF)
    );
    assert_eq!(descriptor::get(u32::MAX).map(drop), Err(Errno::EBADF));
    for number in numbers
        .into_iter()
        .filter(|number| descriptor::get(*number).is_ok())
    {
        descriptor::close(number).unwrap();
    }
}
