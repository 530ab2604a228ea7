//! Finds a rustc that has a `core` for a target, or the source of one.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The rustc for targets that cargo's own has no `core` for.
pub const CROSS_RUSTC: &str = "WASI_AOT_CROSS_RUSTC";

/// Where Debian's packages put theirs.
const SYSTEM_RUSTC: &str = "/usr/bin/rustc";

/// A rustc and the `core` to use with it.
#[derive(Debug)]
pub struct Toolchain {
    /// The compiler.
    pub rustc: PathBuf,
    /// The target.
    pub triple: String,
    /// The source of `core` (its `lib.rs`), when it has no `core` that is built.
    pub core: Option<PathBuf>,
}

/// The best toolchain there is: one with a built `core` before one with its source, and the
/// compiler that was asked for before cargo's before the system's.
pub fn find(triple: &str) -> Option<Toolchain> {
    let candidates = candidates();
    let toolchain = |rustc: &PathBuf, core| Toolchain {
        rustc: rustc.clone(),
        triple: triple.to_owned(),
        core,
    };
    let built = candidates.iter().find(|rustc| has_core(rustc, triple));
    let source = || {
        candidates
            .iter()
            .find_map(|rustc| Some((rustc, source(rustc)?)))
    };
    built
        .map(|rustc| toolchain(rustc, None))
        .or_else(|| source().map(|(rustc, core)| toolchain(rustc, Some(core))))
}

/// The compilers that are looked at, the first choice first. They need not exist.
fn candidates() -> Vec<PathBuf> {
    let asked = env::var_os(CROSS_RUSTC).map(PathBuf::from);
    let cargos = env::var_os("RUSTC").map(PathBuf::from);
    let system = Some(PathBuf::from(SYSTEM_RUSTC));
    [asked, cargos, system].into_iter().flatten().collect()
}

/// The folders that change when somebody installs what [`find`] looks for, for `rerun-if-changed`.
pub fn watched(triple: &str) -> BTreeSet<PathBuf> {
    watched_by(&candidates(), triple)
}

/// Of each place the nearest folder that exists: cargo takes a path that does not exist for changed at
/// every build, and one that appears with an old date (packages keep theirs) for unchanged. The date of
/// a folder is that of its last new entry.
pub fn watched_by(candidates: &[PathBuf], triple: &str) -> BTreeSet<PathBuf> {
    let places = candidates.iter().flat_map(|rustc| {
        let library = library(rustc, triple);
        [library, source_path(rustc), Some(rustc.clone())]
    });
    let existing = places.flatten().filter_map(|place| {
        let mut folders = place.ancestors().skip(1);
        folders.find(|folder| folder.is_dir()).map(Path::to_owned)
    });
    existing.collect()
}

/// Where the libraries of the target are, or would be.
fn library(rustc: &Path, triple: &str) -> Option<PathBuf> {
    print(rustc, &["--print", "target-libdir", "--target", triple]).map(PathBuf::from)
}

/// Whether a `core` is installed for the target.
fn has_core(rustc: &Path, triple: &str) -> bool {
    let Some(library) = library(rustc, triple) else {
        return false;
    };
    fs::read_dir(library).is_ok_and(|files| {
        files
            .filter_map(Result::ok)
            .any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
    })
}

/// The source of `core` that belongs to this rustc.
fn source(rustc: &Path) -> Option<PathBuf> {
    source_path(rustc).filter(|core| core.is_file())
}

/// Where it is, or would be.
fn source_path(rustc: &Path) -> Option<PathBuf> {
    let sysroot = PathBuf::from(print(rustc, &["--print", "sysroot"])?);
    Some(sysroot.join("lib/rustlib/src/rust/library/core/src/lib.rs"))
}

/// What rustc says, if it is there at all.
pub fn print(rustc: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(rustc).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
