//! Phase six: makes the bytes of the image's sections, and applies relocations.

use crate::arch::{Cpu, Kind, Value};
use crate::debug;
use crate::format::Unwind;
use crate::input::{Object, Relocation, SectionId, SymbolId, SymbolKind, text};
use crate::layout::{self, Access, Contents, Layout, Member, Output};
use crate::places::Places;
use crate::reachability::{Reachability, is_near, relaxes};
use crate::resolve::{Boundary, Definition, Resolution};
use crate::{Error, Options, Result};
use std::collections::HashMap;

/// The results of the earlier phases.
#[derive(Debug)]
pub struct Linked<'p, 'a> {
    /// The inputs.
    pub objects: &'p [Object<'a>],
    /// The CPU.
    pub cpu: &'p Cpu,
    /// The options.
    pub options: &'p Options,
    /// Sections with fixed addresses.
    pub fixed: &'p [Option<u64>],
    /// The definitions of symbols.
    pub resolution: &'p Resolution,
    /// The kept sections.
    pub reachability: &'p Reachability,
    /// The unwind tables.
    pub unwind: &'p dyn Unwind,
    /// The locations of everything.
    pub layout: &'p Layout,
}

/// The addresses of all symbols, by [`SymbolId`].
pub fn values(linked: &Linked<'_, '_>) -> Vec<u64> {
    let definitions = linked.resolution.definitions.iter();
    definitions
        .map(|&definition| match definition {
            Definition::Missing | Definition::MissingWeak | Definition::Discarded => 0,
            Definition::Absolute(address) => address,
            Definition::Section(section, offset) => {
                linked.layout.address(section, offset).unwrap_or(0)
            }
            Definition::Linker(boundary) => boundary_value(boundary, linked),
        })
        .collect()
}

fn boundary_value(boundary: Boundary, linked: &Linked<'_, '_>) -> u64 {
    let layout = linked.layout;
    let headers = layout
        .segments
        .iter()
        .find(|segment| segment.offset == 0 && segment.file_size > 0);
    let base = headers.map_or(linked.options.image_base, |segment| segment.address);
    match boundary {
        Boundary::Headers => base,
        Boundary::Start => layout
            .segments
            .first()
            .map_or(base, |segment| segment.address),
        Boundary::CodeEnd => layout
            .end_of(|o| o.access == Access::Execute)
            .unwrap_or(base),
        Boundary::DataEnd => layout.end_of(|o| !o.zero).unwrap_or(base),
        Boundary::End => layout.end_of(|_| true).unwrap_or(base),
        Boundary::UnwindIndex => layout
            .find(|c| matches!(c, Contents::UnwindIndex))
            .map_or(0, |o| o.address),
    }
}

/// The contents of the file, except headers and unloaded parts. `values`: see [`values`].
pub fn relocate(linked: &Linked<'_, '_>, values: &[u64]) -> Result<Vec<u8>> {
    let got = linked.layout.find(|c| matches!(c, Contents::Got));
    let relocator = Relocator {
        linked,
        values,
        got: got.map_or(0, |o| o.address),
        places: Places::new(linked),
        parted: parted(linked),
    };
    let mut image = vec![0; linked.layout.file_size as usize];
    for output in linked.layout.outputs.iter().filter(|o| !o.zero) {
        let start = output.offset as usize;
        let bytes = &mut image[start..start + output.size as usize];
        match &output.contents {
            Contents::Sections(members) | Contents::Notes(members) => {
                let mut end = 0;
                for member in members {
                    if output.access == Access::Execute {
                        bytes[end..member.offset as usize].fill(linked.cpu.code_gap);
                    }
                    end = relocator.member(output, member, bytes)?;
                }
            }
            Contents::Unwind => linked.unwind.records(output, &relocator, bytes)?,
            Contents::UnwindIndex => linked.unwind.index(output, &relocator, bytes),
            Contents::Got => relocator.global_offset_table(bytes),
        }
    }
    debug::relocate(&relocator, &mut image)?;
    Ok(image)
}

/// See [`Relocator::parted`].
fn parted(linked: &Linked<'_, '_>) -> HashMap<SymbolId, (SectionId, u64)> {
    let mut parted = HashMap::new();
    if linked.layout.merged.is_empty() {
        return parted;
    }
    for object in linked.objects {
        for (index, symbol) in object.symbols.iter().enumerate() {
            let id = object.symbol_id(index);
            if let Definition::Section(section, offset) = linked.resolution.definitions[id.index()]
                && symbol.kind == SymbolKind::Internal
                && linked.layout.merged.is_parted(section)
            {
                parted.insert(id, (section, offset));
            }
        }
    }
    parted
}

/// Applies relocations.
#[derive(Debug)]
pub struct Relocator<'l, 'p, 'a> {
    /// The results of the earlier phases.
    pub linked: &'l Linked<'p, 'a>,
    /// See [`values`].
    pub values: &'l [u64],
    /// Address of the GOT.
    got: u64,
    places: Places,
    /// The section symbols of sections with omitted pieces: their addends determine the piece.
    parted: HashMap<SymbolId, (SectionId, u64)>,
}

impl Relocator<'_, '_, '_> {
    /// Copies and relocates a part of an input section; returns its end in the output section.
    fn member(&self, output: &Output, member: &Member, bytes: &mut [u8]) -> Result<usize> {
        let object = &self.linked.objects[member.object as usize];
        let section = &object.sections[member.section as usize];
        let data = &section.data[member.start as usize..member.end as usize];
        let start = member.offset as usize;
        let end = start + data.len();
        let bytes = &mut bytes[start..end];
        bytes.copy_from_slice(data);
        let piece = Piece {
            object,
            section: member.section as usize,
            address: output.address + member.offset,
            start: member.start,
        };
        for relocation in object.relocations(section) {
            self.apply(&piece, relocation, bytes)?;
        }
        Ok(end)
    }

    fn global_offset_table(&self, bytes: &mut [u8]) {
        let entries = bytes.chunks_exact_mut(layout::GOT_ENTRY as usize);
        for (entry, symbol) in entries.zip(&self.linked.reachability.got_symbols) {
            entry.copy_from_slice(&self.values[symbol.index()].to_le_bytes());
        }
    }

    /// The address of a symbol's entry in the GOT.
    fn got_entry(&self, symbol: SymbolId) -> u64 {
        let definer = self.linked.resolution.definers[symbol.index()];
        let index = self.linked.reachability.got.get(&definer);
        self.got + layout::GOT_ENTRY * u64::from(index.copied().unwrap_or(0))
    }

    /// Applies one relocation. `bytes`: the bytes of `piece` in the image.
    ///
    /// # Errors
    /// [`Error::Overflow`] for a value that does not fit, [`Error::NoHighPart`] for a low part
    /// without its high part.
    #[inline]
    pub fn apply(
        &self,
        piece: &Piece<'_>,
        relocation: &Relocation,
        bytes: &mut [u8],
    ) -> Result<()> {
        let kind = self.kind(relocation);
        let id = piece.object.symbol_id(relocation.symbol as usize);
        let at = (relocation.offset - piece.start) as usize;
        let place = piece.address + at as u64;
        let value = match kind.value {
            Value::Nothing => return Ok(()),
            Value::GotRelaxable if self.relaxes(piece, relocation, id) => {
                let address = self.values[id.index()].wrapping_add_signed(relocation.addend);
                let distance = address.wrapping_sub(place) as i64;
                return match (self.linked.cpu.relax)(bytes, at, distance) {
                    true => Ok(()),
                    false => Err(self.overflow(piece, relocation, distance)),
                };
            }
            Value::OfPlace(types) => self.value_of_place(piece, relocation, types)?,
            own => self.value(own, id, relocation.addend, place),
        };
        match kind
            .field
            .put(&mut bytes[at..at + kind.field.width()], value)
        {
            true => Ok(()),
            false => Err(self.overflow(piece, relocation, value)),
        }
    }

    /// The value of a relocation at the address `place`, if the instruction is not rewritten; 0 if
    /// it takes another relocation's value.
    #[inline]
    fn value(&self, value: Value, id: SymbolId, addend: i64, place: u64) -> i64 {
        let symbol = self.values[id.index()];
        let address = match self.parted.get(&id) {
            None => symbol.wrapping_add_signed(addend),
            Some(&(section, offset)) => {
                let offset = offset.wrapping_add_signed(addend);
                self.linked.layout.address(section, offset).unwrap_or(0)
            }
        };
        let relative = |address: u64| address.wrapping_sub(place) as i64;
        let pages = |address: u64| (page(address).wrapping_sub(page(place))) as i64;
        match value {
            Value::Nothing | Value::OfPlace(_) => 0,
            Value::Absolute => address as i64,
            Value::Branch if symbol == 0 && self.is_missing(id) => self.linked.cpu.branch_to_next,
            Value::Relative | Value::Branch => relative(address),
            Value::Page => pages(address),
            Value::Got => self.got_entry(id) as i64,
            Value::GotPage => pages(self.got_entry(id)),
            Value::GotRelative | Value::GotRelaxable => {
                relative(self.got_entry(id).wrapping_add_signed(addend))
            }
        }
    }

    /// The value of the relocation with one of these types at the symbol's location.
    fn value_of_place(
        &self,
        piece: &Piece<'_>,
        relocation: &Relocation,
        types: &[u32],
    ) -> Result<i64> {
        let fail = |why| Error::NoHighPart {
            object: piece.object.name.into(),
            section: text(piece.object.sections[piece.section].name),
            offset: u64::from(relocation.offset),
            relocation: self.kind(relocation).name,
            symbol: piece.object.symbol_name(relocation.symbol),
            why,
        };
        if relocation.addend != 0 {
            return Err(fail("it has an addend"));
        }
        let id = piece.object.symbol_id(relocation.symbol as usize);
        let found = match self.linked.resolution.definitions[id.index()] {
            Definition::Section(section, offset) => self.places.find(section, offset),
            Definition::Missing
            | Definition::MissingWeak
            | Definition::Discarded
            | Definition::Absolute(_)
            | Definition::Linker(_) => None,
        };
        let (object, high) = found
            .map(|(object, index)| {
                let object = &self.linked.objects[object as usize];
                (object, &object.relocations[index as usize])
            })
            .filter(|(_, high)| types.contains(&self.kind(high).elf))
            .ok_or_else(|| fail("there is no high part at that place"))?;
        let symbol = object.symbol_id(high.symbol as usize);
        Ok(self.value(
            self.kind(high).value,
            symbol,
            high.addend,
            self.values[id.index()],
        ))
    }

    /// The relocation's type.
    pub fn kind(&self, relocation: &Relocation) -> &'static Kind {
        &self.linked.cpu.kinds[usize::from(relocation.kind)]
    }

    fn is_missing(&self, symbol: SymbolId) -> bool {
        self.linked.resolution.definitions[symbol.index()] == Definition::MissingWeak
    }

    fn relaxes(&self, piece: &Piece<'_>, relocation: &Relocation, symbol: SymbolId) -> bool {
        let kind = self.kind(relocation);
        let data = piece.object.sections[piece.section].data;
        let definition = self.linked.resolution.definitions[symbol.index()];
        let near = is_near(definition, self.linked.fixed);
        relaxes(self.linked.cpu, kind, relocation, data, near)
    }

    /// The error for a value that does not fit.
    #[cold]
    pub fn overflow(&self, piece: &Piece<'_>, relocation: &Relocation, value: i64) -> Error {
        Error::Overflow {
            object: piece.object.name.into(),
            section: text(piece.object.sections[piece.section].name),
            offset: u64::from(relocation.offset),
            relocation: self.kind(relocation).name,
            symbol: piece.object.symbol_name(relocation.symbol),
            value,
        }
    }
}

/// A piece of an input section during relocation.
#[derive(Debug)]
pub struct Piece<'t> {
    /// The object.
    pub object: &'t Object<'t>,
    /// Index of the section in it.
    pub section: usize,
    /// Address of the piece.
    pub address: u64,
    /// Its offset in the section.
    pub start: u32,
}

#[cfg(test)]
mod tests;

fn page(address: u64) -> u64 {
    address & !0xfff
}
