//! Finds a rustc that has a `core` for a target, or its source.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The rustc for targets for which cargo's rustc has no `core`.
pub const CROSS_RUSTC: &str = "WASI_AOT_CROSS_RUSTC";

/// The path of rustc in Debian's packages.
const SYSTEM_RUSTC: &str = "/usr/bin/rustc";

/// A rustc and its `core`.
#[derive(Debug)]
pub struct Toolchain {
    /// The compiler.
    pub rustc: PathBuf,
    /// The target.
    pub triple: String,
    /// The source of `core` (its `lib.rs`), if there is no compiled `core`.
    pub core: Option<PathBuf>,
}

/// The best available toolchain: one with a compiled `core` before one with the source; and the
/// requested compiler before cargo's, before the system's.
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

/// The compilers to try, in order of preference. They need not exist.
fn candidates() -> Vec<PathBuf> {
    let asked = env::var_os(CROSS_RUSTC).map(PathBuf::from);
    let cargos = env::var_os("RUSTC").map(PathBuf::from);
    let system = Some(PathBuf::from(SYSTEM_RUSTC));
    [asked, cargos, system].into_iter().flatten().collect()
}

/// The folders for `rerun-if-changed`, which change when a toolchain that [`find`] accepts is
/// installed.
pub fn watched(triple: &str) -> BTreeSet<PathBuf> {
    watched_by(&candidates(), triple)
}

/// The nearest existing folder of each location. For cargo, a path that does not exist has changed
/// at every build, and a path that appears with an old modification time (packages keep theirs) has
/// not changed. The modification time of a folder is that of its last new entry.
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

/// The path of the target's libraries, which need not exist.
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

/// The source of `core` for this rustc.
fn source(rustc: &Path) -> Option<PathBuf> {
    source_path(rustc).filter(|core| core.is_file())
}

/// The path of this source, which need not exist.
fn source_path(rustc: &Path) -> Option<PathBuf> {
    let sysroot = PathBuf::from(print(rustc, &["--print", "sysroot"])?);
    Some(sysroot.join("lib/rustlib/src/rust/library/core/src/lib.rs"))
}

/// The output of rustc, if it exists and succeeds.
pub fn print(rustc: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(rustc).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
