//! Checks that the build script runs again when the user installs the toolchain that its warning
//! asks for.

#[path = "../build/toolchain.rs"]
#[allow(
    dead_code,
    reason = "the build script's own file; only what it watches is tested"
)]
mod toolchain;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const TRIPLE: &str = "aarch64-unknown-linux-gnu";

/// A compiler that only prints the path of its libraries: in `sysroot`.
#[cfg(unix)]
fn rustc(folder: &Path, sysroot: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("bin/rustc");
    let sysroot = sysroot.display();
    let script = format!(
        "#!/bin/sh\ncase $2 in sysroot) echo {sysroot} ;; *) echo {sysroot}/lib/rustlib/$4/lib ;; esac\n"
    );
    fs::create_dir_all(folder.join("bin")).expect("a folder");
    fs::write(&path, script).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    path
}

/// Whether one of the watched folders has changed since `since`, by cargo's rule.
fn noticed(watched: impl IntoIterator<Item = PathBuf>, since: SystemTime) -> bool {
    let modified = |path: &PathBuf| fs::metadata(path).and_then(|file| file.modified());
    watched
        .into_iter()
        .any(|path| modified(&path).expect("it exists") > since)
}

/// Sets the modification time of all folders below it to `then`.
fn age(folder: &Path, then: SystemTime) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            age(&entry.path(), then);
        }
    }
    let folder = File::open(folder).expect("a folder");
    folder.set_modified(then).expect("a date");
}

#[test]
#[cfg(unix)]
fn what_is_installed_later_is_noticed() {
    let installs: [fn(&Path); 3] = [
        |root| fs::create_dir_all(root.join("lib/rustlib").join(TRIPLE).join("lib")).expect("made"),
        |root| fs::create_dir_all(root.join("lib/rustlib/src/rust/library")).expect("made"),
        |root| fs::write(root.join("usr-bin/rustc"), "").expect("made"),
    ];
    for install in installs {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path();
        fs::create_dir_all(root.join("lib/rustlib/host/lib")).expect("a folder");
        fs::create_dir(root.join("usr-bin")).expect("a folder");
        let candidates = [rustc(root, root), root.join("usr-bin/rustc")];
        let since = SystemTime::now() - Duration::from_secs(3600);
        age(root, since);
        let watched = toolchain::watched_by(&candidates, TRIPLE);
        assert!(watched.iter().all(|path| path.is_dir()), "{watched:?}");
        assert!(!noticed(watched.clone(), since), "{watched:?}");
        install(root);
        assert!(noticed(watched, since));
    }
}
