//! What every ELF object for the in-process linker begins with: sections, notes, symbols of others.

use super::blob::{Blob, Relocation, Target};
use super::writer::note;
use crate::cpu::Cpu;
use crate::{Code, Error, Result};
use object::write::{Object, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    BinaryFormat, Endianness, RelocationFlags, SectionFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope,
};
use std::collections::HashMap;

/// An object under construction.
pub struct Elf<'a> {
    cpu: &'static Cpu,
    object: Object<'static>,
    undefined: HashMap<&'a str, SymbolId>,
}

impl<'a> Elf<'a> {
    /// An object for this CPU without sections.
    ///
    /// # Errors
    /// [`Code::Target`] for a CPU that has no object format.
    pub fn new(cpu: &'static Cpu) -> Result<Self> {
        let architecture = cpu.object.ok_or_else(|| cpu.lacks("object format"))?;
        let object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
        let mut elf = Elf {
            cpu,
            object,
            undefined: HashMap::new(),
        };
        // Without it the system's linker makes the stack executable.
        elf.section(".note.GNU-stack", SectionKind::Other);
        Ok(elf)
    }

    /// Adds an empty section.
    pub fn section(&mut self, name: &str, kind: SectionKind) -> SectionId {
        self.object.add_section(Vec::new(), name.into(), kind)
    }

    /// Adds a section of zeros, which are not in the file.
    pub fn zeros(&mut self, name: &str, bytes: u64, alignment: u64) {
        let section = self.section(name, SectionKind::UninitializedData);
        self.object.append_section_bss(section, bytes, alignment);
    }

    /// Sets the bytes of a section.
    pub fn set(&mut self, section: SectionId, bytes: Vec<u8>, alignment: u64) {
        self.object.set_section_data(section, bytes, alignment);
    }

    /// Adds a relocation to a section: the address of `symbol`, and `offset` bytes and the addend
    /// that it has itself.
    ///
    /// # Errors
    /// [`Code::Target`] for a relocation that the CPU has not.
    pub fn relocate(
        &mut self,
        section: SectionId,
        relocation: &Relocation,
        symbol: SymbolId,
        offset: i64,
    ) -> Result<()> {
        let relocation = object::write::Relocation {
            offset: relocation.offset,
            symbol,
            addend: relocation.addend + offset,
            flags: self.flags(relocation)?,
        };
        let added = self.object.add_relocation(section, relocation);
        added.map_err(|error| bug(&error))
    }

    /// Adds a note.
    pub fn note(&mut self, name: &str, kind: u32, description: &[u8]) {
        let section = self.section(name, SectionKind::Note);
        self.object.section_mut(section).flags = SectionFlags::Elf { sh_flags: 0 };
        self.set(section, note(kind, description), 4);
    }

    /// Adds a symbol.
    pub fn symbol(&mut self, symbol: Symbol) -> SymbolId {
        self.object.add_symbol(symbol)
    }

    /// The symbol that stands for a section.
    pub fn start(&mut self, section: SectionId) -> SymbolId {
        self.object.section_symbol(section)
    }

    /// A symbol that another object defines.
    pub fn undefined(&mut self, name: &'a str) -> SymbolId {
        // By name: two host functions may stand for one import of two instances. And never by asking the
        // object: a function of the program may be called `memset`, too.
        if let Some(&symbol) = self.undefined.get(name) {
            return symbol;
        }
        let symbol = self.object.add_symbol(Symbol {
            name: name.into(),
            value: 0,
            size: 0,
            kind: SymbolKind::Unknown,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        self.undefined.insert(name, symbol);
        symbol
    }

    /// The object's bytes.
    ///
    /// # Errors
    /// [`Code::Bug`] when it is larger than the format allows.
    pub fn write(&self) -> Result<Vec<u8>> {
        self.object.write().map_err(|error| bug(&error))
    }

    fn flags(&self, relocation: &Relocation) -> Result<RelocationFlags> {
        let kind = relocation.kind;
        let r_type = (self.cpu.elf_relocation)(kind)
            .ok_or_else(|| self.cpu.lacks(&format!("relocation {kind:?}")))?;
        Ok(RelocationFlags::Elf { r_type })
    }
}

/// What an object of this kind never refers to.
pub fn unexpected(target: Target) -> Error {
    bug(&format!("a reference to {target:?}"))
}

fn bug(error: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Bug, format!("object: {error}"))
}

/// Sets a section to a blob whose targets are what `symbol` says: a symbol, and bytes from there.
///
/// # Errors
/// Those of `symbol` and of [`Elf::relocate`].
pub fn fill<'a, O: AsMut<Elf<'a>>>(
    object: &mut O,
    section: SectionId,
    blob: Blob,
    alignment: u64,
    symbol: fn(&mut O, Target) -> Result<(SymbolId, i64)>,
) -> Result<()> {
    object.as_mut().set(section, blob.bytes, alignment);
    for relocation in &blob.relocations {
        let (found, offset) = symbol(object, relocation.target)?;
        object
            .as_mut()
            .relocate(section, relocation, found, offset)?;
    }
    Ok(())
}
