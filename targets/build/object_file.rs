//! Takes the runtime object out of the archive that rustc makes, and checks what it needs and offers.

use object::{Object, ObjectSymbol, read::archive::ArchiveFile};
use std::{collections::BTreeSet, fs, path::Path};
use wasi_aot_abi::symbols;

/// What every runtime object defines.
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

/// The bytes of the runtime object: with fat LTO the first member of the archive is all of the
/// runtime; what follows are `compiler_builtins`, of which nothing is needed.
pub fn extract(archive: &Path) -> Vec<u8> {
    let data = fs::read(archive).expect("rustc has written it");
    let parsed = ArchiveFile::parse(&*data).expect("rustc writes archives");
    let first = parsed.members().next().expect("not empty").expect("whole");
    let bytes = first.data(&*data).expect("whole").to_vec();
    check(&bytes, archive);
    bytes
}

/// Panics unless the object needs the program alone and defines the contract.
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
    assert!(
        needed == BTreeSet::from([symbols::PROGRAM]),
        "{}: the runtime must need {} alone, but needs {needed:?}",
        archive.display(),
        symbols::PROGRAM
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
