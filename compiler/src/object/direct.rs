//! The ELF object of a program's code for the in-process linker, written with `object::write` itself.
//!
//! One text section with all calls resolved, and no symbol for a function that has no name: for
//! QuickJS, writing and linking this object takes 59 million instructions, the one for any linker 88.
//! The configuration is an object of its own ([`super::configured`]).

use super::blob::{Blob, Target};
use super::elf::{self, Elf, unexpected};
use super::text::{Calls, Layout};
use super::writer::{self, FixedNote, Writer, import};
use crate::Result;
use crate::cpu::Cpu;
use crate::program::{Program, RegionId};
use object::write::{SectionId, Symbol, SymbolId, SymbolSection};
use object::{SectionKind, SymbolFlags, SymbolKind, SymbolScope};
use std::collections::HashMap;
use wasi_aot_abi::symbols::{self, sections};

/// An object under construction.
pub struct Direct<'a> {
    program: &'a Program<'a>,
    layout: &'a Layout,
    elf: Elf<'a>,
    text: SectionId,
    rodata: SectionId,
    regions: HashMap<RegionId, SymbolId>,
    fixed: FixedNote,
}

impl<'a> AsMut<Elf<'a>> for Direct<'a> {
    fn as_mut(&mut self) -> &mut Elf<'a> {
        &mut self.elf
    }
}

impl<'a> Direct<'a> {
    /// An object for this CPU with an empty text and empty read-only data.
    ///
    /// # Errors
    /// [`crate::Code::Target`] for a CPU that has no object format.
    pub fn new(program: &'a Program<'a>, cpu: &'static Cpu, layout: &'a Layout) -> Result<Self> {
        let mut elf = Elf::new(cpu)?;
        Ok(Direct {
            program,
            layout,
            text: elf.section(sections::TEXT, SectionKind::Text),
            rodata: elf.section(sections::RODATA, SectionKind::ReadOnlyData),
            elf,
            regions: HashMap::new(),
            fixed: FixedNote::default(),
        })
    }

    fn fill(&mut self, section: SectionId, blob: Blob, alignment: u64) -> Result<()> {
        elf::fill(self, section, blob, alignment, Direct::symbol)
    }

    /// The symbol for a target, and the target's distance from it.
    fn symbol(&mut self, target: Target) -> Result<(SymbolId, i64)> {
        let (section, offset) = match target {
            Target::Text => (self.text, 0),
            Target::Unit(unit) => (self.text, self.layout.starts[unit as usize].into()),
            Target::Rodata => (self.rodata, 0),
            Target::Config => return Ok((self.elf.undefined(symbols::CONFIG), 0)),
            Target::Names | Target::Embed => return Err(unexpected(target)),
            Target::Region(id) => return Ok((self.region(id), 0)),
            Target::Runtime(runtime) => return Ok((self.elf.undefined(runtime.name()), 0)),
            Target::Host(id) => return Ok((self.elf.undefined(import(self.program, id)), 0)),
        };
        Ok((self.elf.start(section), offset))
    }

    /// The symbol of a region, with its final address.
    fn region(&mut self, id: RegionId) -> SymbolId {
        let value = self.program.regions[id].base;
        let elf = &mut self.elf;
        *self.regions.entry(id).or_insert_with(|| {
            elf.symbol(Symbol {
                name: format!("wasi_aot_region[{}]", id.as_u32()).into(),
                value,
                size: 0,
                kind: SymbolKind::Data,
                scope: SymbolScope::Compilation,
                weak: false,
                section: SymbolSection::Absolute,
                flags: SymbolFlags::None,
            })
        })
    }

    /// The object's bytes.
    ///
    /// # Errors
    /// [`crate::Code::Bug`] when it is larger than the format allows.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        let (name, kind, lines) = self.fixed.note();
        self.elf.note(name, kind, lines);
        self.elf.write()
    }
}

impl Writer for Direct<'_> {
    fn calls(&self) -> Calls {
        Calls::Resolved
    }

    fn text(&mut self, blob: Blob) -> Result<()> {
        self.fill(self.text, blob, self.layout.alignment)
    }

    fn rodata(&mut self, blob: Blob, program: u64) -> Result<()> {
        let symbol = writer::program(self.rodata, program, SymbolFlags::None);
        self.elf.symbol(symbol);
        self.fill(self.rodata, blob, 16)
    }

    fn names(&mut self, bytes: Vec<u8>) -> Result<()> {
        let section = self.elf.section(sections::NAMES, SectionKind::ReadOnlyData);
        let symbol = writer::names(section, bytes.len() as u64, SymbolFlags::None);
        self.elf.symbol(symbol);
        self.elf.set(section, bytes, 1);
        Ok(())
    }

    fn eh_frame(&mut self, blob: Blob) -> Result<()> {
        let section = self.elf.section(".eh_frame", SectionKind::ReadOnlyData);
        self.fill(section, blob, 8)
    }

    fn fixed(
        &mut self,
        name: &str,
        address: u64,
        blob: Blob,
        writable: bool,
        alignment: u64,
    ) -> Result<()> {
        let kind = match writable {
            true => SectionKind::Data,
            false => SectionKind::ReadOnlyData,
        };
        let section = self.elf.section(name, kind);
        self.fixed.add(name, address);
        self.fill(section, blob, alignment)
    }

    fn fixed_zeros(&mut self, name: &str, address: u64, bytes: u64, alignment: u64) {
        self.fixed.add(name, address);
        self.elf.zeros(name, bytes, alignment);
    }

    fn name(&mut self, unit: u32, name: &str) {
        let unit = unit as usize;
        self.elf.symbol(Symbol {
            name: name.into(),
            value: self.layout.starts[unit].into(),
            size: self.layout.sizes[unit].into(),
            kind: SymbolKind::Text,
            scope: SymbolScope::Compilation,
            weak: false,
            section: SymbolSection::Section(self.text),
            flags: SymbolFlags::None,
        });
    }
}
