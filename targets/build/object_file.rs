//! Extracts the runtime object from rustc's archive, removes debug information, and checks the
//! symbols that it needs and defines.

use object::{
    Object, ObjectSymbol,
    build::elf::{Builder, SectionData},
    elf,
    read::archive::ArchiveFile,
};
use std::{collections::BTreeSet, fs, path::Path};
use wasi_aot_abi::symbols;

/// The symbols that every runtime object defines.
const DEFINED: &[&str] = &[
    symbols::START,
    symbols::STACK_LIMIT,
    symbols::REGION_GROW,
    symbols::RAISE_TRAP,
    symbols::WAIT32,
    symbols::WAIT64,
    symbols::NOTIFY,
    symbols::SIGNAL_HANDLER,
    symbols::SIGNAL_RETURN,
    symbols::MEMMOVE,
    symbols::MEMSET,
    symbols::MEMCPY,
];

/// The bytes of the runtime object: with fat LTO the archive's first member is the whole runtime.
/// The rest is `compiler_builtins`, which is not needed.
pub fn extract(archive: &Path) -> Vec<u8> {
    let data = fs::read(archive).expect("rustc has written it");
    let parsed = ArchiveFile::parse(&*data).expect("rustc writes archives");
    let first = parsed.members().next().expect("not empty").expect("whole");
    let bytes = first.data(&*data).expect("whole");
    check(bytes, archive);
    without_debug_information(bytes)
}

/// Removes the debug information of a precompiled `core`. It is half the object, and no executable
/// uses it.
fn without_debug_information(bytes: &[u8]) -> Vec<u8> {
    let mut builder = Builder::read(bytes).expect("rustc writes objects");
    let mut found = false;
    for section in &mut builder.sections {
        let name = section.name.as_slice();
        let name = name.strip_prefix(b".rela").unwrap_or(name);
        section.delete = name.starts_with(b".debug_");
        found |= section.delete;
    }
    if !found {
        return bytes.to_vec();
    }
    builder.delete_orphans();
    // LLVM puts the names of sections and symbols into one section, which the builder cannot write.
    let names = builder.sections.add();
    names.name = b".shstrtab".as_slice().into();
    names.sh_type = elf::SHT_STRTAB;
    names.data = SectionData::SectionString;
    let mut out = Vec::new();
    builder
        .write(&mut out)
        .expect("what was read can be written");
    out
}

/// Panics unless the object depends only on the program and defines the contract.
fn check(bytes: &[u8], archive: &Path) {
    let file = object::File::parse(bytes).expect("rustc writes objects");
    let names = |undefined: bool| -> BTreeSet<&str> {
        file.symbols()
            .filter(|symbol| symbol.is_undefined() == undefined && symbol.is_global())
            .filter_map(|symbol| symbol.name().ok())
            .filter(|name| !name.is_empty())
            .collect()
    };
    let needed = names(true);
    let provided = BTreeSet::from([symbols::PROGRAM, symbols::IMAGE_START, symbols::HEADER]);
    assert!(
        needed == provided,
        "{}: the runtime must need {provided:?} alone, but needs {needed:?}",
        archive.display()
    );
    let defined = names(false);
    let absent: Vec<_> = DEFINED
        .iter()
        .filter(|name| !defined.contains(*name))
        .collect();
    assert!(
        absent.is_empty(),
        "{}: {absent:?} are not defined",
        archive.display()
    );
}
