//! Adds the parts of an object that `cranelift-object` does not support: names and offsets of
//! functions, sections of zeros, notes, unwind information, and further relocations.

use super::format::Format;
use super::{Holder, Late, Module, Symbol, bug};
use crate::cpu::{self, Cpu};
use crate::object::text::Layout;
use crate::object::writer::{self, Notes, note};
use crate::{Code, Error, Result};
use cranelift_module::FuncId;
use cranelift_object::ObjectProduct;
use object::write::{self, SectionId, SymbolId, SymbolSection};
use object::{
    RelocationEncoding, RelocationFlags, RelocationKind, SectionFlags, SectionKind, SymbolFlags,
    SymbolKind, SymbolScope, elf,
};
use std::collections::HashMap;

/// An object that `cranelift-object` has made.
pub struct Product {
    made: ObjectProduct,
    cpu: &'static Cpu,
    format: &'static Format,
    text: SectionId,
    frames: Option<SectionId>,
    places: HashMap<(SectionId, u64), SymbolId>,
}

impl Product {
    /// Completes the object of a module and writes it.
    ///
    /// # Errors
    /// [`Code::Bug`] if the functions are not at the offsets of the layout.
    pub fn finish(module: Module, notes: &Notes) -> Result<Vec<u8>> {
        let Module {
            program,
            layout,
            format,
            ..
        } = module;
        let made = module.module.finish();
        let first = module.units.first().map(|&id| made.function_symbol(id));
        let text = first.and_then(|first| made.object.symbol(first).section.id());
        let mut product = Product {
            made,
            cpu: module.cpu,
            format,
            text: text.ok_or_else(|| bug("the text is empty"))?,
            frames: None,
            places: HashMap::new(),
        };
        product.functions(&module.units, layout)?;
        for (unit, name) in &module.names {
            product.rename(module.units[*unit as usize], name);
        }
        for &id in module.imports.values() {
            // Its kind is defined by the runtime.
            let symbol = product.made.function_symbol(id);
            product.made.object.symbol_mut(symbol).kind = SymbolKind::Unknown;
        }
        for (&id, &data) in &module.regions {
            product.region(data, program.regions[id].base)?;
        }
        product.exported(module.rodata, |section, flags| {
            writer::program(section, module.program_at, flags)
        })?;
        product.exported(module.names_of_reports, |section, flags| {
            writer::names(section, module.names_len, flags)
        })?;
        product.exported(module.config, writer::config)?;
        for &(id, writable) in &module.sections {
            product.section(id, writable)?;
        }
        for zeros in &module.zeros {
            let (segment, name) = format.split(&zeros.name);
            let object = &mut product.made.object;
            let section = object.add_section(segment, name, SectionKind::UninitializedData);
            object.append_section_bss(section, zeros.bytes, zeros.alignment);
        }
        product.add_frames(module.frames);
        for late in &module.late {
            product.relocate(late)?;
        }
        for (name, kind, description) in [module.fixed.note()].into_iter().chain(notes.all()) {
            product.note(name, note(kind, description));
        }
        product.made.object.write().map_err(bug)
    }

    /// Checks that all functions are at the offsets of the layout, and moves each symbol to the
    /// first instruction, after the type.
    fn functions(&mut self, units: &[FuncId], layout: &Layout) -> Result<()> {
        let places = layout.begins.iter().zip(&layout.starts);
        for ((&unit, (&begin, &start)), &size) in units.iter().zip(places).zip(&layout.sizes) {
            let symbol = self.made.function_symbol(unit);
            let symbol = self.made.object.symbol_mut(symbol);
            if (symbol.section.id(), symbol.value) != (Some(self.text), begin.into()) {
                return Err(bug("a function is not where the layout has it"));
            }
            symbol.value = start.into();
            symbol.size = size.into();
            if let (Some(inner), 1..) = (self.format.inner, start) {
                symbol.flags = inner;
            }
        }
        if self.format.inner.is_some() && layout.starts.first().is_some_and(|&start| start > 0) {
            let start = "wasi_aot_text";
            self.add(start, self.text, 0, SymbolKind::Text, SymbolFlags::None);
        }
        Ok(())
    }

    /// Gives a function its name in the program.
    fn rename(&mut self, unit: FuncId, name: &str) {
        let prefix = self.made.object.mangling().global_prefix();
        let symbol = self.made.function_symbol(unit);
        let symbol = self.made.object.symbol_mut(symbol);
        symbol.name = prefix.into_iter().chain(name.bytes()).collect();
    }

    fn region(&mut self, data: cranelift_module::DataId, base: u64) -> Result<()> {
        if base > self.format.largest {
            let message = format!("a region at {base:#x}: symbols of the format end below that");
            return Err(Error::new(Code::Target, message));
        }
        let symbol = self.made.data_symbol(data);
        let symbol = self.made.object.symbol_mut(symbol);
        symbol.section = SymbolSection::Absolute;
        symbol.value = base;
        symbol.scope = SymbolScope::Compilation;
        Ok(())
    }

    /// Adds a symbol in a data object that other objects refer to.
    fn exported(
        &mut self,
        data: cranelift_module::DataId,
        symbol: impl FnOnce(SectionId, SymbolFlags<SectionId, SymbolId>) -> write::Symbol,
    ) -> Result<()> {
        let section = self.section_of(data)?;
        let flags = self.format.inner.unwrap_or(SymbolFlags::None);
        self.made.object.add_symbol(write::Symbol {
            kind: self.format.label,
            ..symbol(section, flags)
        });
        Ok(())
    }

    /// Turns a data object into its section. Addresses in it do not make it writable, because the
    /// image is static.
    fn section(&mut self, id: cranelift_module::DataId, writable: bool) -> Result<()> {
        let section = self.section_of(id)?;
        let symbol = self.made.data_symbol(id);
        let object = &mut self.made.object;
        if let (SectionFlags::Elf { sh_flags }, false) =
            (object.section_flags_mut(section), writable)
        {
            *sh_flags &= !u64::from(elf::SHF_WRITE);
        }
        if self.format.nameless {
            let symbol = object.symbol_mut(symbol);
            symbol.kind = SymbolKind::Section;
            symbol.name.clear();
        }
        Ok(())
    }

    fn add_frames(&mut self, bytes: Vec<u8>) {
        let Some(add) = self.format.frames else {
            return;
        };
        let section = add(&mut self.made.object);
        self.made.object.set_section_data(section, bytes, 8);
        self.frames = Some(section);
    }

    fn note(&mut self, name: &str, bytes: Vec<u8>) {
        let (segment, name) = self.format.split(name);
        let section = self
            .made
            .object
            .add_section(segment, name, self.format.note);
        if let SectionFlags::Elf { sh_flags } = self.made.object.section_flags_mut(section) {
            *sh_flags = 0;
        }
        self.made.object.set_section_data(section, bytes, 4);
    }

    fn relocate(&mut self, late: &Late) -> Result<()> {
        let section = match late.holder {
            Holder::Text => self.text,
            Holder::Data(id) => self.section_of(id)?,
            Holder::Frames => self.frames.ok_or_else(|| bug("there are no frames"))?,
        };
        let symbol = match late.symbol {
            Symbol::Function(id) => self.made.function_symbol(id),
            Symbol::Data(id) => self.made.data_symbol(id),
        };
        let (symbol, addend) = match late.kind {
            cpu::Relocation::Page | cpu::Relocation::PageOffset if self.format.places => {
                (self.place(symbol, late.addend)?, 0)
            }
            _ => (symbol, late.addend),
        };
        let relocation = write::Relocation {
            offset: late.offset,
            symbol,
            addend,
            flags: self.flags(late.kind)?,
        };
        let added = self.made.object.add_relocation(section, relocation);
        added.map_err(bug)
    }

    /// A symbol at a distance from another one.
    fn place(&mut self, symbol: SymbolId, addend: i64) -> Result<SymbolId> {
        if addend == 0 {
            return Ok(symbol);
        }
        let from = self.made.object.symbol(symbol);
        let place = from.section.id().zip(from.value.checked_add_signed(addend));
        let place = place.ok_or_else(|| bug("a page of something beside an import"))?;
        if let Some(&known) = self.places.get(&place) {
            return Ok(known);
        }
        let name = format!("wasi_aot_place[{}]", self.places.len());
        let flags = self.format.inner.unwrap_or(SymbolFlags::None);
        let symbol = self.add(&name, place.0, place.1, SymbolKind::Data, flags);
        self.places.insert(place, symbol);
        Ok(symbol)
    }

    fn add(
        &mut self,
        name: &str,
        section: SectionId,
        value: u64,
        kind: SymbolKind,
        flags: SymbolFlags<SectionId, SymbolId>,
    ) -> SymbolId {
        self.made.object.add_symbol(write::Symbol {
            name: name.into(),
            value,
            size: 0,
            kind,
            scope: SymbolScope::Compilation,
            weak: false,
            section: SymbolSection::Section(section),
            flags,
        })
    }

    fn section_of(&self, id: cranelift_module::DataId) -> Result<SectionId> {
        let symbol = self.made.object.symbol(self.made.data_symbol(id));
        let section = symbol.section.id();
        section.ok_or_else(|| bug("a section was not defined"))
    }

    /// A relocation in the form of the format.
    fn flags(&self, kind: cpu::Relocation) -> Result<RelocationFlags> {
        let generic = |kind, size| RelocationFlags::Generic {
            kind,
            encoding: RelocationEncoding::Generic,
            size,
        };
        let found = match (kind, self.format.binary) {
            (cpu::Relocation::Address, _) => Some(generic(RelocationKind::Absolute, 64)),
            // Mach-O expresses it by a pair of relocations, which `object` supports.
            (cpu::Relocation::Distance, _) => Some(generic(RelocationKind::Relative, 32)),
            (kind, object::BinaryFormat::Elf) => {
                let r_type = (self.cpu.elf_relocation)(kind);
                r_type.map(|r_type| RelocationFlags::Elf { r_type })
            }
            (kind, object::BinaryFormat::Coff) => {
                let typ = (self.cpu.coff_relocation)(kind);
                typ.map(|typ| RelocationFlags::Coff { typ })
            }
            (kind, object::BinaryFormat::MachO) => {
                let found = (self.cpu.macho_relocation)(kind);
                found.map(|(r_type, r_pcrel)| RelocationFlags::MachO {
                    r_type,
                    r_pcrel,
                    r_length: 2,
                })
            }
            (_, _) => None,
        };
        found.ok_or_else(|| self.cpu.lacks(&format!("relocation {kind:?}")))
    }
}
