//! The interface to the two ways of writing an object, and the parts that are the same in both.

use super::Configuration;
use super::blob::Blob;
use super::text::Calls;
use crate::Result;
use crate::program::{FuncId, Program};
use object::write::{SectionId, Symbol, SymbolId, SymbolSection};
use object::{SymbolFlags, SymbolKind, SymbolScope};
use std::fmt::Write as _;
use wasi_aot_abi::symbols::{self, sections};

/// An object under construction.
pub trait Writer {
    /// The required form of direct calls in the text.
    fn calls(&self) -> Calls;

    /// Names a unit of the text; called before `text`.
    fn name(&mut self, unit: u32, name: &str);

    /// Sets the text: all units at the offsets of the layout.
    fn text(&mut self, blob: Blob) -> Result<()>;

    /// Adds `.eh_frame`.
    fn eh_frame(&mut self, blob: Blob) -> Result<()>;

    /// Adds a section whose address is built into the code.
    fn fixed(
        &mut self,
        name: &str,
        address: u64,
        blob: Blob,
        writable: bool,
        alignment: u64,
    ) -> Result<()>;

    /// Adds a writable section of zeros, without bytes in the file, whose address is built into the
    /// code.
    fn fixed_zeros(&mut self, name: &str, address: u64, bytes: u64, alignment: u64);

    /// Adds the names of functions that reports have.
    fn names(&mut self, bytes: Vec<u8>) -> Result<()>;

    /// Sets the read-only data, and where in it the [`wasi_aot_abi::Program`] is.
    fn rodata(&mut self, blob: Blob, program: u64) -> Result<()>;
}

/// The lines of the note with the addresses of fixed sections.
#[derive(Debug, Default)]
pub struct FixedNote(String);

impl FixedNote {
    /// Adds a section.
    pub fn add(&mut self, name: &str, address: u64) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{name} {address:#x}");
    }

    /// The note: section, type, description.
    pub fn note(&self) -> (&'static str, u32, &[u8]) {
        let lines = self.0.as_bytes();
        (sections::FIXED_NOTE, symbols::NOTE_FIXED, lines)
    }
}

/// What an object says of the program's configuration.
#[derive(Debug)]
pub struct Notes {
    info: String,
    wall: Option<String>,
}

impl Notes {
    /// What `inspect` reads back.
    pub fn new(configuration: &Configuration) -> Self {
        Notes {
            info: configuration.info.clone(),
            wall: configuration.wall.map(|wall| wall.note.to_json()),
        }
    }

    /// All notes: section, type, description.
    pub fn all(&self) -> Vec<(&'static str, u32, &[u8])> {
        let mut all = vec![(
            sections::INFO_NOTE,
            symbols::NOTE_INFO,
            self.info.as_bytes(),
        )];
        if let Some(wall) = &self.wall {
            all.push((sections::WALL_NOTE, symbols::NOTE_WALL, wall.as_bytes()));
        }
        all
    }
}

/// A note: the owner, its type, its description.
pub fn note(kind: u32, description: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let owner = symbols::NOTE_OWNER.as_bytes();
    for word in [owner.len() as u32 + 1, description.len() as u32, kind] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    for part in [&[owner, b"\0"].concat(), description] {
        bytes.extend_from_slice(part);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

/// What the configuration is aligned to.
pub const CONFIG_ALIGN: u64 = 8;

type Flags = SymbolFlags<SectionId, SymbolId>;

/// The symbol of the [`wasi_aot_abi::Program`], which is at `offset` of the read-only data.
pub fn program(rodata: SectionId, offset: u64, flags: Flags) -> Symbol {
    let size = size_of::<wasi_aot_abi::Program>() as u64;
    data(symbols::PROGRAM, (rodata, offset), size, flags)
}

/// The symbol of the names, which are the whole section.
pub fn names(section: SectionId, size: u64, flags: Flags) -> Symbol {
    data(symbols::NAMES, (section, 0), size, flags)
}

/// The symbol of the [`wasi_aot_abi::Config`], with which the section begins.
pub fn config(section: SectionId, flags: Flags) -> Symbol {
    let size = size_of::<wasi_aot_abi::Config>() as u64;
    data(symbols::CONFIG, (section, 0), size, flags)
}

/// A symbol that other objects refer to.
fn data(name: &str, (section, offset): (SectionId, u64), size: u64, flags: Flags) -> Symbol {
    Symbol {
        name: name.into(),
        value: offset,
        size,
        // Of no use in an executable: our linker leaves hidden labels out.
        kind: SymbolKind::Label,
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Section(section),
        flags,
    }
}

/// The symbol of the runtime for a host function.
pub fn import<'a>(program: &'a Program<'a>, id: FuncId) -> &'a str {
    match program.functions[id].kind.symbol() {
        Some(symbol) => symbol,
        None => unreachable!("{id} has no symbol of the runtime"),
    }
}
