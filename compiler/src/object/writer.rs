//! What the object asks of the two ways to write it, and what both write alike.

use super::blob::Blob;
use super::text::Calls;
use crate::Result;
use crate::program::{FuncId, Program};
use crate::wall::Wall;
use object::write::{SectionId, Symbol, SymbolId, SymbolSection};
use object::{SymbolFlags, SymbolKind, SymbolScope};
use std::fmt::Write as _;
use wasi_aot_abi::symbols::{self, sections};

/// An object under construction.
pub trait Writer {
    /// What direct calls in the text have to be.
    fn calls(&self) -> Calls;

    /// Names a unit of the text; before the text.
    fn name(&mut self, unit: u32, name: &str);

    /// Sets the text: all units where the layout has them.
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

    /// Adds a writable section of zeros, which are not in the file, whose address is built into the
    /// code.
    fn fixed_zeros(&mut self, name: &str, address: u64, bytes: u64, alignment: u64);

    /// Names the [`wasi_aot_abi::Program`] in the read-only data.
    fn program(&mut self, offset: u64);

    /// Adds the contents of embedded files; before what refers to them.
    fn embed(&mut self, bytes: Vec<u8>) -> Result<()>;

    /// Sets the read-only data.
    fn rodata(&mut self, blob: Blob) -> Result<()>;

    /// Adds the notes and writes the object.
    fn finish(self: Box<Self>, notes: &Notes) -> Result<Vec<u8>>;
}

/// The lines of the note that says where fixed sections lie.
#[derive(Debug, Default)]
pub struct FixedNote(String);

impl FixedNote {
    /// Adds a section.
    pub fn add(&mut self, name: &str, address: u64) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{name} {address:#x}");
    }
}

/// What an object says of the program, beside the addresses of its sections.
#[derive(Debug)]
pub struct Notes {
    info: String,
    wall: Option<String>,
}

impl Notes {
    /// What `inspect` reads back.
    pub fn new(info: String, wall: Option<&Wall>) -> Self {
        Notes {
            info,
            wall: wall.map(|wall| wall.note.to_json()),
        }
    }

    /// All notes: section, type, description.
    pub fn all<'n>(&'n self, fixed: &'n FixedNote) -> Vec<(&'static str, u32, &'n [u8])> {
        let mut all = vec![
            (
                sections::FIXED_NOTE,
                symbols::NOTE_FIXED,
                fixed.0.as_bytes(),
            ),
            (
                sections::INFO_NOTE,
                symbols::NOTE_INFO,
                self.info.as_bytes(),
            ),
        ];
        if let Some(wall) = &self.wall {
            all.push((sections::WALL_NOTE, symbols::NOTE_WALL, wall.as_bytes()));
        }
        all
    }
}

/// A note: our owner, its type, its description.
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

/// The symbol of the [`wasi_aot_abi::Program`], which is at `offset` of the read-only data.
pub fn program(rodata: SectionId, offset: u64, flags: SymbolFlags<SectionId, SymbolId>) -> Symbol {
    Symbol {
        name: symbols::PROGRAM.into(),
        value: offset,
        size: size_of::<wasi_aot_abi::Program>() as u64,
        kind: SymbolKind::Data,
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Section(rodata),
        flags,
    }
}

/// The symbol of the runtime behind a host function.
pub fn import<'a>(program: &'a Program<'a>, id: FuncId) -> &'a str {
    match program.functions[id].kind.symbol() {
        Some(symbol) => symbol,
        None => unreachable!("{id} has no symbol of the runtime"),
    }
}
