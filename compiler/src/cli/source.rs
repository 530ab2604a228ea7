//! Inputs that are given for a module by mistake: source code, folders, files of other tools. The
//! error explains how to get a module from each.

use crate::policy::note;
use crate::{Code, Error};
use std::path::Path;

/// A programming language or file type, recognised by file extensions.
struct Language {
    endings: &'static [&'static str],
    name: &'static str,
    /// How to build a module from it: `FILE` is the file, `STEM` its name without the extension.
    how: &'static str,
}

const fn language(
    endings: &'static [&'static str],
    name: &'static str,
    how: &'static str,
) -> Language {
    Language { endings, name, how }
}

const LANGUAGES: &[Language] = &[
    language(
        &["c"],
        "C",
        "compile it first, with wasi-sdk: `clang --target=wasm32-wasip1 -O2 FILE -o STEM.wasm`",
    ),
    language(
        &["cc", "cpp", "cxx"],
        "C++",
        "compile it first, with wasi-sdk: `clang++ --target=wasm32-wasip1 -O2 FILE -o STEM.wasm`",
    ),
    language(
        &["rs"],
        "Rust",
        "compile it first: `rustup target add wasm32-wasip1`, then `rustc --target wasm32-wasip1 -O FILE`",
    ),
    language(
        &["go"],
        "Go",
        "compile it first: `GOOS=wasip1 GOARCH=wasm go build -o STEM.wasm FILE`",
    ),
    language(
        &["zig"],
        "Zig",
        "compile it first: `zig build-exe -target wasm32-wasi -O ReleaseFast FILE`",
    ),
    language(
        &["swift"],
        "Swift",
        "compile it first, with a Swift SDK for WASI: `swiftc -target wasm32-unknown-wasip1 -O FILE -o STEM.wasm`",
    ),
    language(
        &["hs"],
        "Haskell",
        "compile it first: `wasm32-wasi-ghc -O FILE -o STEM.wasm`",
    ),
    language(
        &["kt"],
        "Kotlin",
        "compile it first, with Gradle's target `wasmWasi`",
    ),
    language(
        &["cs", "csproj"],
        "C#",
        "compile it first, with componentize-dotnet: `dotnet publish -r wasi-wasm`",
    ),
    language(
        &["py"],
        "Python",
        "make a component of it, with componentize-py, or let a Python that was built for WASI run it: `wasi-aot run --dir . python.wasm FILE`",
    ),
    language(
        &["js", "mjs", "cjs"],
        "JavaScript",
        "compile it first: `javy build FILE -o STEM.wasm`",
    ),
    language(
        &["ts"],
        "TypeScript",
        "make one JavaScript file of it (`esbuild --bundle`), then `javy build STEM.js -o STEM.wasm`",
    ),
    language(
        &["wit"],
        "WIT, which describes interfaces",
        "a component that implements its world is made with the tools of the program's language",
    ),
    language(
        &["toml"],
        "a file of settings",
        "give the module that is built: with Rust `cargo build --release --target wasm32-wasip1` makes `target/wasm32-wasip1/release/*.wasm`",
    ),
];

/// Files that mark a folder as a project, and how to build a module from the project.
const PROJECTS: [(&str, &str); 6] = [
    (
        "Cargo.toml",
        "`cargo build --release --target wasm32-wasip1` makes `target/wasm32-wasip1/release/*.wasm` in it",
    ),
    (
        "go.mod",
        "in it, `GOOS=wasip1 GOARCH=wasm go build -o app.wasm` makes a module",
    ),
    (
        "build.zig",
        "in it, `zig build -Dtarget=wasm32-wasi` makes a module in `zig-out/bin`",
    ),
    (
        "Package.swift",
        "in it, `swift build --swift-sdk wasm32-unknown-wasip1` makes a module",
    ),
    ("pyproject.toml", "componentize-py makes a component of it"),
    (
        "package.json",
        "`jco componentize` makes a component of it, `javy build` a module of one file",
    ),
];

/// A file format, recognised by its first bytes.
struct Format {
    magic: &'static [u8],
    what: &'static str,
    how: &'static str,
}

const fn format(magic: &'static [u8], what: &'static str, how: &'static str) -> Format {
    Format { magic, what, how }
}

const NATIVE: &str =
    "it is machine code already; give the WebAssembly module that it was built from";
const UNPACK: &str = "unpack it first";
const PAGE: &str = "was it downloaded from the right address?";

const FORMATS: &[Format] = &[
    format(b"\x7fELF", "an ELF file", NATIVE),
    format(b"MZ", "a Windows executable", NATIVE),
    format(b"\xcf\xfa\xed\xfe", "a Mach-O file", NATIVE),
    format(b"\xce\xfa\xed\xfe", "a Mach-O file", NATIVE),
    format(
        b"\xca\xfe\xba\xbe",
        "a Mach-O file for several CPUs, or a Java class",
        NATIVE,
    ),
    format(b"\0aot", "a file that `wamrc` compiled", NATIVE),
    format(
        b"\0webc",
        "a package of wasmer",
        "`wasmer package unpack` takes the modules out of it",
    ),
    format(
        b"!<arch>\n",
        "a static library",
        "link a program with it: `clang --target=wasm32-wasip1 main.o -L. -lNAME -o app.wasm`",
    ),
    format(
        b"BC\xc0\xde",
        "LLVM bitcode",
        "compile and link it first: `clang --target=wasm32-wasip1 -O2 FILE -o STEM.wasm`",
    ),
    format(b"PK\x03\x04", "a ZIP archive", UNPACK),
    format(b"\x1f\x8b", "compressed with gzip", UNPACK),
    format(b"\x28\xb5\x2f\xfd", "compressed with zstd", UNPACK),
    format(b"\xfd7zXZ\0", "compressed with xz", UNPACK),
    format(b"<!DOCTYPE", "a web page", PAGE),
    format(b"<!doctype", "a web page", PAGE),
    format(b"<html", "a web page", PAGE),
    format(
        b"version https://git-lfs",
        "a pointer of Git LFS, in place of the file",
        "`git lfs pull` fetches the file",
    ),
];

/// The value of ELF's `EI_OSABI` (its index and value) in files that `wasmtime compile` produces
/// (`.cwasm`).
const WASMTIME: (usize, u8) = (7, 200);

/// The error for bytes that are not a module; `None` if they are not recognised. `file`: the name
/// as the user gave it.
pub fn mistaken(file: &str, bytes: &[u8]) -> Option<Error> {
    let (what, how) = known(file, bytes)?;
    let message = format!("this is not a WebAssembly module, but {what}");
    Some(Error::new(Code::Invalid, message).help(filled(how, file)))
}

fn known(file: &str, bytes: &[u8]) -> Option<(String, &'static str)> {
    if bytes.starts_with(b"\x7fELF") && bytes.get(WASMTIME.0) == Some(&WASMTIME.1) {
        return Some(("one that wasmtime compiled".into(), NATIVE));
    }
    if note::find(bytes).is_some() {
        let how = "start it as it is; `wasi-aot inspect FILE` shows what it was granted";
        return Some(("an executable that wasi-aot built".into(), how));
    }
    if let Some(known) = FORMATS.iter().find(|known| bytes.starts_with(known.magic)) {
        return Some((known.what.into(), known.how));
    }
    let ending = Path::new(file).extension()?.to_str()?;
    let mut languages = LANGUAGES.iter();
    let language = languages.find(|language| language.endings.contains(&ending))?;
    Some((language.name.into(), language.how))
}

/// The error for a folder.
pub fn folder(shown: &str, path: &Path) -> Error {
    let project = PROJECTS.iter().find(|(file, _)| path.join(file).is_file());
    let error = Error::new(Code::Input, format!("{shown} is a folder, not a module"));
    error.help(project.map_or("name the module: `folder/app.wasm`", |(_, how)| how))
}

/// Fills the file's names into `how`.
fn filled(how: &str, file: &str) -> String {
    let stem = Path::new(file).file_stem();
    let stem = stem.map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    how.replace("FILE", file).replace("STEM", &stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_ending_and_no_beginning_stands_twice() {
        let mut seen = HashSet::new();
        for ending in LANGUAGES.iter().flat_map(|language| language.endings) {
            assert!(seen.insert(ending), "{ending}");
            assert!(!["wasm", "wat", "wast"].contains(ending));
        }
        for (index, one) in FORMATS.iter().enumerate() {
            for other in &FORMATS[index + 1..] {
                assert!(!other.magic.starts_with(one.magic), "{}", other.what);
            }
        }
    }

    #[test]
    fn the_help_names_the_file() {
        let help = |file: &str, bytes: &[u8]| mistaken(file, bytes)?.help;
        let c = help("src/main.c", b"int main(void) {}").unwrap();
        assert!(c.contains("-O2 src/main.c -o main.wasm"), "{c}");
        assert_eq!(help("app", b"\x28\xb5\x2f\xfd\0").unwrap(), UNPACK);
        let cwasm = mistaken("a.cwasm", b"\x7fELF\x02\x01\x01\xc8").unwrap();
        assert!(cwasm.message.ends_with("wasmtime compiled"), "{cwasm}");
        assert!(mistaken("app", b"text").is_none());
    }
}
