//! What chance starts from: the kept inputs, and what is made of the project's own files.

use object::write::{Object, Relocation, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationEncoding, RelocationFlags, RelocationKind,
    SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf,
};
use std::fs;
use std::path::{Path, PathBuf};
use wasi_aot::{Linker, Options};
use wasi_aot_targets::TARGETS;
use wasi_aot_tests::component_scripts;

/// Longer inputs are left out: each would take a large part of the time.
const MOST: usize = 64 << 10;

/// The inputs of an entry.
///
/// # Panics
/// If the corpus has no folder for it, or nothing is in it.
pub fn all(entry: &str) -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = files(&tests.join("entries/corpus").join(entry));
    let mut inputs: Vec<Vec<u8>> = kept.iter().map(|path| read(path)).collect();
    assert!(!inputs.is_empty(), "the corpus has nothing for {entry}");
    match entry {
        "parse" => inputs.extend(modules()),
        "translate" => inputs.extend(component_scripts::components()),
        "link" => inputs.extend(objects()),
        "executable" => inputs.extend(executables()),
        "http" => inputs.extend(crate::compare::raw()),
        "names" | "words" | "dns" | "path" | "cache" | "kept" => {}
        other => panic!("where are the seeds of {other}?"),
    }
    inputs.retain(|input| input.len() <= MOST);
    inputs
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Sorted: the order decides what chance makes of them.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    paths
}

/// The modules of the snapshots and of the traps.
fn modules() -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["snapshots/clif", "snapshots/asm", "traps"].map(|folder| tests.join(folder));
    let paths = folders.iter().flat_map(|folder| files(folder));
    let texts = paths.filter(|path| path.extension().is_some_and(|end| end == "wat"));
    texts
        .map(|path| wat::parse_file(path).expect("it is a module"))
        .collect()
}

const PROGRAM: &str = r#"(module
  (memory (export "memory") 1)
  (data (i32.const 8) "data")
  (table 2 funcref)
  (elem (i32.const 0) $double)
  (func $double (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
  (func (export "_start")
    (drop (call_indirect (param i32) (result i32) (i32.load (i32.const 8)) (i32.const 0)))))"#;

/// A program's objects: for our linker and for others, for each target that is in this build.
fn objects() -> Vec<Vec<u8>> {
    let build = |object| {
        let built = built(move |options| (options.object, options.link) = object);
        built.into_iter().map(|built| built.object.bytes)
    };
    let own = build((false, Some(Linker::Internal)));
    let programs = own.chain(build((true, None)));
    programs.chain(MACHINES.map(whole)).collect()
}

/// The CPUs of objects, with their relocation of 32 bits to a place.
const MACHINES: [(Architecture, u32); 2] = [
    (Architecture::X86_64, elf::R_X86_64_PC32),
    (Architecture::Aarch64, elf::R_AARCH64_PREL32),
];

/// An object that links by itself: code that refers to constants, data that refers to code.
fn whole((cpu, near): (Architecture, u32)) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, cpu, Endianness::Little);
    let text = object.add_section(Vec::new(), b".text._start".to_vec(), SectionKind::Text);
    let data = object.add_section(Vec::new(), b".data.x".to_vec(), SectionKind::Data);
    let constants =
        object.add_section(Vec::new(), b".rodata.x".to_vec(), SectionKind::ReadOnlyData);
    object.append_section_data(constants, b"constant", 8);
    let mut symbol = |name: &[u8], section, kind| {
        let size = 8;
        object.append_section_data(section, &[0; 8], 8);
        object.add_symbol(Symbol {
            name: name.to_vec(),
            value: 0,
            size,
            kind,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        })
    };
    let start = symbol(b"_start", text, SymbolKind::Text);
    let datum = symbol(b"x", data, SymbolKind::Data);
    let constant = symbol(b"c", constants, SymbolKind::Data);
    let generic = |kind, encoding, size| RelocationFlags::Generic {
        kind,
        encoding,
        size,
    };
    let absolute = generic(RelocationKind::Absolute, RelocationEncoding::Generic, 64);
    let relative = RelocationFlags::Elf { r_type: near };
    for (section, symbol, flags) in [
        (text, datum, relative),
        (data, start, absolute),
        (data, constant, absolute),
    ] {
        let relocation = Relocation {
            offset: 0,
            symbol,
            addend: 0,
            flags,
        };
        object
            .add_relocation(section, relocation)
            .expect("it can be encoded");
    }
    object.write().expect("it can be written")
}

/// Executables of it, without the pages of zeros between their segments.
fn executables() -> Vec<Vec<u8>> {
    built(|options| options.names = false)
        .into_iter()
        .filter_map(|built| built.image)
        .collect()
}

fn built(how: impl Fn(&mut Options<'_>)) -> Vec<wasi_aot::Built> {
    let bytes = wat::parse_str(PROGRAM).expect("it is a module");
    let build = |target| {
        let mut options = Options::new(target);
        how(&mut options);
        wasi_aot::build(&bytes, "seed.wasm", &options).ok()
    };
    TARGETS.iter().filter_map(build).collect()
}
