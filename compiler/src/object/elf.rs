//! The relocatable object: sections, symbols, relocations and notes.
//!
//! Written with `object::write` itself: cranelift-object wants every function declared under a name of its own and
//! every call as a relocation, where there is one text section with all calls resolved.

use super::blob::{Blob, Relocation, Target};
use super::embed;
use crate::cpu::Cpu;
use crate::program::{Program, RegionId};
use crate::wall::Wall;
use crate::{Code, Error, Result};
use object::write::{Object, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    BinaryFormat, Endianness, RelocationFlags, SectionFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope,
};
use std::collections::HashMap;
use wasi_aot_abi::symbols;

/// An object under construction.
pub struct Writer<'a> {
    program: &'a Program<'a>,
    cpu: &'static Cpu,
    object: Object<'static>,
    text: SectionId,
    rodata: SectionId,
    embed: Option<SectionId>,
    undefined: HashMap<&'a str, SymbolId>,
    regions: HashMap<RegionId, SymbolId>,
    fixed: String,
}

impl<'a> Writer<'a> {
    /// An object for this CPU with an empty text and empty read-only data.
    ///
    /// # Errors
    /// [`Code::Target`] for a CPU that has no object format.
    pub fn new(program: &'a Program<'a>, cpu: &'static Cpu) -> Result<Self> {
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
        Ok(Writer {
            program,
            cpu,
            object,
            text,
            rodata,
            embed: None,
            undefined: HashMap::new(),
            regions: HashMap::new(),
            fixed: String::new(),
        })
    }

    /// Sets the text.
    pub fn text(&mut self, blob: Blob, alignment: u64) -> Result<()> {
        self.fill(self.text, blob, alignment)
    }

    /// Sets the read-only data.
    pub fn rodata(&mut self, blob: Blob) -> Result<()> {
        self.fill(self.rodata, blob, 16)
    }

    /// Adds the contents of embedded files; before what refers to them.
    pub fn embed(&mut self, bytes: Vec<u8>) {
        let name = symbols::sections::EMBED.into();
        let kind = SectionKind::ReadOnlyData;
        let section = self.object.add_section(Vec::new(), name, kind);
        self.object.set_section_data(section, bytes, embed::ALIGN);
        self.embed = Some(section);
    }

    /// Adds `.eh_frame`.
    pub fn eh_frame(&mut self, blob: Blob) -> Result<()> {
        let name = b".eh_frame".to_vec();
        let section = self
            .object
            .add_section(Vec::new(), name, SectionKind::ReadOnlyData);
        self.fill(section, blob, 8)
    }

    /// Adds a section whose address is built into the code.
    pub fn fixed(
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
        self.fixed.push_str(&format!("{name} {address:#x}\n"));
        self.fill(section, blob, alignment)
    }

    /// Adds a writable section of zeros, which are not in the file, whose address is built into the code.
    pub fn fixed_zeros(&mut self, name: &str, address: u64, bytes: u64, alignment: u64) {
        let kind = SectionKind::UninitializedData;
        let section = self.object.add_section(Vec::new(), name.into(), kind);
        self.fixed.push_str(&format!("{name} {address:#x}\n"));
        self.object.append_section_bss(section, bytes, alignment);
    }

    /// Names code of the text.
    pub fn function(&mut self, name: &str, start: u32, size: u64) {
        self.object.add_symbol(Symbol {
            name: name.into(),
            value: start.into(),
            size,
            kind: SymbolKind::Text,
            scope: SymbolScope::Compilation,
            weak: false,
            section: SymbolSection::Section(self.text),
            flags: SymbolFlags::None,
        });
    }

    /// Names the [`wasi_aot_abi::Program`] in the read-only data.
    pub fn program(&mut self, offset: u64) {
        self.object.add_symbol(Symbol {
            name: symbols::PROGRAM.into(),
            value: offset,
            size: size_of::<wasi_aot_abi::Program>() as u64,
            kind: SymbolKind::Data,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(self.rodata),
            flags: SymbolFlags::None,
        });
    }

    /// Adds the notes and writes the object.
    pub fn finish(mut self, info: &str, wall: Option<&Wall>) -> Result<Vec<u8>> {
        let fixed = std::mem::take(&mut self.fixed);
        self.note(
            symbols::sections::FIXED_NOTE,
            symbols::NOTE_FIXED,
            fixed.as_bytes(),
        );
        self.note(
            symbols::sections::INFO_NOTE,
            symbols::NOTE_INFO,
            info.as_bytes(),
        );
        if let Some(wall) = wall {
            self.note(
                symbols::sections::WALL_NOTE,
                symbols::NOTE_WALL,
                wall.note.to_json().as_bytes(),
            );
        }
        self.object.write().map_err(|e| bug(&e))
    }

    fn note(&mut self, name: &str, kind: u32, description: &[u8]) {
        let mut bytes = Vec::new();
        let owner = symbols::NOTE_OWNER.as_bytes();
        for word in [owner.len() as u32 + 1, description.len() as u32, kind] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        for part in [&[owner, b"\0"].concat(), description] {
            bytes.extend_from_slice(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        let section = self
            .object
            .add_section(Vec::new(), name.into(), SectionKind::Note);
        self.object.section_mut(section).flags = SectionFlags::Elf { sh_flags: 0 };
        self.object.set_section_data(section, bytes, 4);
    }

    fn fill(&mut self, section: SectionId, blob: Blob, alignment: u64) -> Result<()> {
        self.object.set_section_data(section, blob.bytes, alignment);
        for relocation in blob.relocations {
            let symbol = self.symbol(relocation.target)?;
            let relocation = object::write::Relocation {
                offset: relocation.offset,
                symbol,
                addend: relocation.addend,
                flags: self.flags(&relocation)?,
            };
            self.object
                .add_relocation(section, relocation)
                .map_err(|e| bug(&e))?;
        }
        Ok(())
    }

    fn symbol(&mut self, target: Target) -> Result<SymbolId> {
        let name: &'a str = match target {
            Target::Text => return Ok(self.object.section_symbol(self.text)),
            Target::Rodata => return Ok(self.object.section_symbol(self.rodata)),
            Target::Embed => {
                let section = self.embed.ok_or_else(|| bug(&"nothing is embedded"))?;
                return Ok(self.object.section_symbol(section));
            }
            Target::Region(id) => return Ok(self.region(id)),
            Target::Runtime(runtime) => runtime.name(),
            Target::Host(id) => match self.program.functions[id].kind.symbol() {
                Some(symbol) => symbol,
                None => unreachable!("{id} has no symbol of the runtime"),
            },
        };
        // By name: two host functions may stand for one import of two instances. And never by asking the
        // object: a function of the program may be called `memset`, too.
        if let Some(&symbol) = self.undefined.get(name) {
            return Ok(symbol);
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
        Ok(symbol)
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

fn bug(error: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Bug, format!("object: {error}"))
}
