//! The ELF object for the in-process linker, written with `object::write` itself.
//!
//! One text section with all calls resolved, and no symbol for a function that has no name: for
//! QuickJS, writing and linking this object takes 59 million instructions, the one for any linker 88.

use super::blob::{Blob, Relocation, Target};
use super::embed;
use super::text::{Calls, Layout};
use super::writer::{FixedNote, Notes, Writer, import, note, program};
use crate::cpu::Cpu;
use crate::program::{Program, RegionId};
use crate::{Code, Error, Result};
use object::write::{Object, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    BinaryFormat, Endianness, RelocationFlags, SectionFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope,
};
use std::collections::HashMap;
use wasi_aot_abi::symbols;

/// An object under construction.
pub struct Direct<'a> {
    program: &'a Program<'a>,
    cpu: &'static Cpu,
    layout: &'a Layout,
    object: Object<'static>,
    text: SectionId,
    rodata: SectionId,
    embed: Option<SectionId>,
    undefined: HashMap<&'a str, SymbolId>,
    regions: HashMap<RegionId, SymbolId>,
    fixed: FixedNote,
}

impl<'a> Direct<'a> {
    /// An object for this CPU with an empty text and empty read-only data.
    ///
    /// # Errors
    /// [`Code::Target`] for a CPU that has no object format.
    pub fn new(program: &'a Program<'a>, cpu: &'static Cpu, layout: &'a Layout) -> Result<Self> {
        let architecture = cpu.object.ok_or_else(|| cpu.lacks("object format"))?;
        let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
        let section = |object: &mut Object, name: &str, kind| {
            object.add_section(Vec::new(), name.into(), kind)
        };
        let text = section(&mut object, symbols::sections::TEXT, SectionKind::Text);
        let rodata = section(
            &mut object,
            symbols::sections::RODATA,
            SectionKind::ReadOnlyData,
        );
        // Without it the system's linker makes the stack executable.
        section(&mut object, ".note.GNU-stack", SectionKind::Other);
        Ok(Direct {
            program,
            cpu,
            layout,
            object,
            text,
            rodata,
            embed: None,
            undefined: HashMap::new(),
            regions: HashMap::new(),
            fixed: FixedNote::default(),
        })
    }

    fn note(&mut self, name: &str, kind: u32, description: &[u8]) {
        let section = self
            .object
            .add_section(Vec::new(), name.into(), SectionKind::Note);
        self.object.section_mut(section).flags = SectionFlags::Elf { sh_flags: 0 };
        let bytes = note(kind, description);
        self.object.set_section_data(section, bytes, 4);
    }

    fn fill(&mut self, section: SectionId, blob: Blob, alignment: u64) -> Result<()> {
        self.object.set_section_data(section, blob.bytes, alignment);
        for relocation in blob.relocations {
            let (symbol, offset) = self.symbol(relocation.target)?;
            let relocation = object::write::Relocation {
                offset: relocation.offset,
                symbol,
                addend: relocation.addend + offset,
                flags: self.flags(&relocation)?,
            };
            self.object
                .add_relocation(section, relocation)
                .map_err(|e| bug(&e))?;
        }
        Ok(())
    }

    /// The symbol that stands for a target, and how far from it the target is.
    fn symbol(&mut self, target: Target) -> Result<(SymbolId, i64)> {
        let section = match target {
            Target::Text => (self.text, 0),
            Target::Unit(unit) => (self.text, self.layout.starts[unit as usize].into()),
            Target::Rodata => (self.rodata, 0),
            Target::Embed => {
                let section = self.embed.ok_or_else(|| bug(&"nothing is embedded"))?;
                (section, 0)
            }
            Target::Region(id) => return Ok((self.region(id), 0)),
            Target::Runtime(runtime) => return Ok((self.undefined(runtime.name()), 0)),
            Target::Host(id) => return Ok((self.undefined(import(self.program, id)), 0)),
        };
        Ok((self.object.section_symbol(section.0), section.1))
    }

    /// A symbol of the runtime.
    fn undefined(&mut self, name: &'a str) -> SymbolId {
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

    /// The symbol of a region: it has its address already.
    fn region(&mut self, id: RegionId) -> SymbolId {
        let value = self.program.regions[id].base;
        let object = &mut self.object;
        *self.regions.entry(id).or_insert_with(|| {
            object.add_symbol(Symbol {
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

    fn flags(&self, relocation: &Relocation) -> Result<RelocationFlags> {
        let kind = relocation.kind;
        let r_type = (self.cpu.elf_relocation)(kind)
            .ok_or_else(|| self.cpu.lacks(&format!("relocation {kind:?}")))?;
        Ok(RelocationFlags::Elf { r_type })
    }
}

impl Writer for Direct<'_> {
    fn calls(&self) -> Calls {
        Calls::Resolved
    }

    fn text(&mut self, blob: Blob) -> Result<()> {
        self.fill(self.text, blob, self.layout.alignment)
    }

    fn rodata(&mut self, blob: Blob) -> Result<()> {
        self.fill(self.rodata, blob, 16)
    }

    fn embed(&mut self, bytes: Vec<u8>) -> Result<()> {
        let name = symbols::sections::EMBED.into();
        let kind = SectionKind::ReadOnlyData;
        let section = self.object.add_section(Vec::new(), name, kind);
        self.object.set_section_data(section, bytes, embed::ALIGN);
        self.embed = Some(section);
        Ok(())
    }

    fn eh_frame(&mut self, blob: Blob) -> Result<()> {
        let name = b".eh_frame".to_vec();
        let section = self
            .object
            .add_section(Vec::new(), name, SectionKind::ReadOnlyData);
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
        let section = self.object.add_section(Vec::new(), name.into(), kind);
        self.fixed.add(name, address);
        self.fill(section, blob, alignment)
    }

    fn fixed_zeros(&mut self, name: &str, address: u64, bytes: u64, alignment: u64) {
        let kind = SectionKind::UninitializedData;
        let section = self.object.add_section(Vec::new(), name.into(), kind);
        self.fixed.add(name, address);
        self.object.append_section_bss(section, bytes, alignment);
    }

    fn name(&mut self, unit: u32, name: &str) {
        let unit = unit as usize;
        self.object.add_symbol(Symbol {
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

    fn program(&mut self, offset: u64) {
        let symbol = program(self.rodata, offset, SymbolFlags::None);
        self.object.add_symbol(symbol);
    }

    fn finish(mut self: Box<Self>, notes: &Notes) -> Result<Vec<u8>> {
        let fixed = std::mem::take(&mut self.fixed);
        for (name, kind, description) in notes.all(&fixed) {
            self.note(name, kind, description);
        }
        self.object.write().map_err(|e| bug(&e))
    }
}

fn bug(error: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Bug, format!("object: {error}"))
}
