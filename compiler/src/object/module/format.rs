//! The differences between object formats: a record for each, chosen once from the target's triple.

use crate::{Code, Error, Result};
use object::write::{Object, SectionId, StandardSection};
use object::{SectionKind, SymbolFlags, SymbolKind, macho};
use target_lexicon::{BinaryFormat, Triple};
use wasi_aot_abi::symbols::sections;

/// A format.
#[derive(Debug)]
pub struct Format {
    /// Its name in the crate `object`.
    pub binary: object::BinaryFormat,
    /// The name of a section of the program.
    pub section: fn(&str) -> String,
    /// The kind of section for a note.
    pub note: SectionKind,
    /// Adds the section for DWARF unwind information; `None`: the system uses another kind.
    pub frames: Option<fn(&mut Object<'_>) -> SectionId>,
    /// Whether page relocations have no addend, so that a location in a section needs a symbol.
    pub places: bool,
    /// Whether the symbol of a section has no name; otherwise it is a variable's.
    pub nameless: bool,
    /// The flags of a symbol at which a linker must not split a section, if linkers of the format
    /// do that.
    pub inner: Option<SymbolFlags<SectionId, object::write::SymbolId>>,
    /// The kind of a symbol that only the objects of the program use.
    pub label: SymbolKind,
    /// The maximum value of a symbol.
    pub largest: u64,
    /// The maximum alignment of a section.
    pub alignment: u64,
}

/// ELF: sections have the names that the linker crate expects.
static ELF: Format = Format {
    binary: object::BinaryFormat::Elf,
    section: |name| name.into(),
    note: SectionKind::Note,
    frames: Some(|object| {
        object.add_section(Vec::new(), b".eh_frame".to_vec(), SectionKind::ReadOnlyData)
    }),
    places: false,
    nameless: true,
    inner: None,
    label: SymbolKind::Label,
    largest: u64::MAX,
    alignment: 1 << 63,
};

/// COFF. The part of a name after `$` orders the parts of an image's section.
static COFF: Format = Format {
    binary: object::BinaryFormat::Coff,
    section: |name| match name {
        sections::RODATA => ".rdata$wasm".into(),
        sections::NAMES => ".rdata$names".into(),
        sections::CONFIG => ".rdata$config".into(),
        sections::EMBED => ".rdata$embed".into(),
        other => other.into(),
    },
    note: SectionKind::Other,
    frames: None,
    places: true,
    nameless: false,
    inner: None,
    label: SymbolKind::Data,
    largest: u32::MAX as u64,
    alignment: 8192,
};

/// Mach-O: names have at most 16 bytes; constants that contain addresses must not be in `__TEXT`.
static MACHO: Format = Format {
    binary: object::BinaryFormat::MachO,
    section: |name| match name {
        sections::RODATA => "__DATA_CONST,__wasm".into(),
        sections::NAMES => "__TEXT,__names".into(),
        sections::CONFIG => "__DATA_CONST,__config".into(),
        sections::EMBED => "__TEXT,__embed".into(),
        other => {
            let own = [".note.wasi-aot.", ".wasm."];
            let short = own.iter().find_map(|prefix| other.strip_prefix(prefix));
            format!("__WASI_AOT,__{}", short.unwrap_or(other))
        }
    },
    note: SectionKind::Other,
    frames: Some(|object| object.section_id(StandardSection::EhFrame)),
    places: true,
    nameless: false,
    inner: Some(SymbolFlags::MachO {
        n_desc: macho::N_ALT_ENTRY,
    }),
    label: SymbolKind::Data,
    largest: u64::MAX,
    alignment: 1 << 15,
};

/// The format of a target's objects.
///
/// # Errors
/// [`Code::Target`] for a system with another format.
pub fn of(triple: &Triple) -> Result<&'static Format> {
    match triple.binary_format {
        BinaryFormat::Elf => Ok(&ELF),
        BinaryFormat::Coff => Ok(&COFF),
        BinaryFormat::Macho => Ok(&MACHO),
        other => Err(Error::new(
            Code::Target,
            format!("no object for {triple}: {other:?} is not a format that is written"),
        )),
    }
}

impl Format {
    /// The segment and the section for a section of the program.
    pub fn split(&self, name: &str) -> (Vec<u8>, Vec<u8>) {
        let name = (self.section)(name);
        match name.split_once(',') {
            Some((segment, section)) => (segment.into(), section.into()),
            None => (Vec::new(), name.into()),
        }
    }
}
