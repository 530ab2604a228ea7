//! Phase five: the bytes of the image's sections, with every reference filled in.

use crate::arch::{Cpu, Value};
use crate::elf::unwind::{LENGTH, RecordKind, Unwind};
use crate::input::{Object, Relocation, SymbolId, text};
use crate::layout::{self, Access, Contents, Layout, Member, Output};
use crate::reachability::{Reachability, is_near, relaxes};
use crate::resolve::{Boundary, Definition, Resolution};
use crate::{Error, Options, Result};

/// All that was found out before.
#[derive(Debug)]
pub struct Linked<'p, 'a> {
    /// The inputs.
    pub objects: &'p [Object<'a>],
    /// The CPU.
    pub cpu: &'p Cpu,
    /// How to link.
    pub options: &'p Options,
    /// Sections with fixed addresses.
    pub fixed: &'p [Option<u64>],
    /// What symbols mean.
    pub resolution: &'p Resolution,
    /// What is kept.
    pub reachability: &'p Reachability,
    /// Call frame information; none when it is left out.
    pub unwind: Option<&'p Unwind>,
    /// Where everything lies.
    pub layout: &'p Layout,
}

/// The addresses of all symbols, by [`SymbolId`].
pub fn values(linked: &Linked<'_, '_>) -> Vec<u64> {
    let definitions = linked.resolution.definitions.iter();
    definitions
        .map(|&definition| match definition {
            Definition::Missing | Definition::MissingWeak => 0,
            Definition::Absolute(address) => address,
            Definition::Section(section, offset) => {
                linked.layout.address(section).wrapping_add(offset)
            }
            Definition::Linker(boundary) => boundary_value(boundary, linked),
        })
        .collect()
}

fn boundary_value(boundary: Boundary, linked: &Linked<'_, '_>) -> u64 {
    let layout = linked.layout;
    let base = linked.options.image_base;
    match boundary {
        Boundary::Headers | Boundary::Start => base,
        Boundary::CodeEnd => layout
            .end_of(|o| o.access == Access::Execute)
            .unwrap_or(base),
        Boundary::DataEnd => layout.end_of(|o| !o.zero).unwrap_or(base),
        Boundary::End | Boundary::End2 => layout.end_of(|_| true).unwrap_or(base),
        Boundary::FrameIndex => layout
            .find(|c| matches!(c, Contents::UnwindIndex))
            .map_or(0, |o| o.address),
    }
}

/// The file, all but headers and what is not loaded. `values`: see [`values`].
pub fn relocate(linked: &Linked<'_, '_>, values: &[u64]) -> Result<Vec<u8>> {
    let got = linked.layout.find(|c| matches!(c, Contents::Got));
    let relocator = Relocator {
        linked,
        values,
        got: got.map_or(0, |o| o.address),
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
            Contents::Unwind => relocator.unwind(output, bytes)?,
            Contents::UnwindIndex => relocator.unwind_index(output, bytes),
            Contents::Got => relocator.global_offset_table(bytes),
        }
    }
    Ok(image)
}

/// `DW_EH_PE_pcrel | DW_EH_PE_sdata4`, `DW_EH_PE_udata4`, `DW_EH_PE_datarel | DW_EH_PE_sdata4`: how
/// the header of `.eh_frame_hdr` refers to `.eh_frame`, counts, and how its table refers to both.
const UNWIND_INDEX_ENCODINGS: [u8; 3] = [0x1b, 0x03, 0x3b];

struct Relocator<'l, 'p, 'a> {
    linked: &'l Linked<'p, 'a>,
    values: &'l [u64],
    /// Address of the GOT.
    got: u64,
}

impl Relocator<'_, '_, '_> {
    /// Fills in an input section; where it ends in the output section comes back.
    fn member(&self, output: &Output, member: &Member, bytes: &mut [u8]) -> Result<usize> {
        let object = &self.linked.objects[member.object as usize];
        let section = &object.sections[member.section as usize];
        let start = member.offset as usize;
        let end = start + section.data.len();
        let bytes = &mut bytes[start..end];
        bytes.copy_from_slice(section.data);
        let target = Target {
            object,
            section: member.section as usize,
            address: output.address + member.offset,
            start: 0,
        };
        for relocation in object.relocations(section) {
            self.apply(&target, relocation, bytes)?;
        }
        Ok(end)
    }

    fn unwind(&self, output: &Output, bytes: &mut [u8]) -> Result<()> {
        let Some(unwind) = self.linked.unwind else {
            return Ok(());
        };
        for record in unwind.records.iter().filter(|r| r.live) {
            let object = &self.linked.objects[record.object as usize];
            let section = record.section(self.linked.objects);
            let data = &section.data[record.bytes.start as usize..record.bytes.end as usize];
            let start = record.offset as usize;
            let bytes = &mut bytes[start..start + data.len()];
            bytes.copy_from_slice(data);
            if let RecordKind::Fde { cie, .. } = record.kind {
                let distance = record.offset + LENGTH as u32 - unwind.records[cie as usize].offset;
                bytes[LENGTH..2 * LENGTH].copy_from_slice(&distance.to_le_bytes());
            }
            let target = Target {
                object,
                section: record.section as usize,
                address: output.address + u64::from(record.offset),
                start: record.bytes.start,
            };
            for relocation in record.relocations(self.linked.objects) {
                self.apply(&target, relocation, bytes)?;
            }
        }
        Ok(())
    }

    fn unwind_index(&self, output: &Output, bytes: &mut [u8]) {
        let frames = self.linked.layout.find(|c| matches!(c, Contents::Unwind));
        let (Some(unwind), Some(frames)) = (self.linked.unwind, frames) else {
            return;
        };
        // All of the ordinary image is within 2 GiB: differences fit.
        let relative = |address: u64| (address.wrapping_sub(output.address) as u32).to_le_bytes();
        let mut table: Vec<(u64, u64)> = unwind
            .records
            .iter()
            .filter(|r| r.live)
            .filter_map(|record| match record.kind {
                RecordKind::Cie => None,
                RecordKind::Fde { symbol, addend, .. } => Some((
                    self.values[symbol.index()].wrapping_add_signed(addend),
                    frames.address + u64::from(record.offset),
                )),
            })
            .collect();
        table.sort_unstable();
        bytes[0] = 1;
        bytes[1..4].copy_from_slice(&UNWIND_INDEX_ENCODINGS);
        bytes[4..8].copy_from_slice(&relative(frames.address.wrapping_sub(4)));
        bytes[8..12].copy_from_slice(&(table.len() as u32).to_le_bytes());
        let entries = &mut bytes[layout::UNWIND_INDEX_HEADER as usize..];
        let entries = entries.chunks_exact_mut(layout::UNWIND_INDEX_ENTRY as usize);
        for (entry, (function, frame)) in entries.zip(table) {
            entry[..4].copy_from_slice(&relative(function));
            entry[4..].copy_from_slice(&relative(frame));
        }
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

    /// Fills in one reference. `bytes`: what `target` says, in the image.
    #[inline]
    fn apply(&self, target: &Target<'_>, relocation: &Relocation, bytes: &mut [u8]) -> Result<()> {
        let kind = &self.linked.cpu.kinds[usize::from(relocation.kind)];
        let id = target.object.symbol_id(relocation.symbol as usize);
        let symbol = self.values[id.index()];
        let at = (relocation.offset - target.start) as usize;
        let place = target.address + at as u64;
        let target_address = symbol.wrapping_add_signed(relocation.addend);
        let relative = |address: u64| address.wrapping_sub(place) as i64;
        let pages = |address: u64| (page(address).wrapping_sub(page(place))) as i64;
        let value = match kind.value {
            Value::Nothing => return Ok(()),
            Value::Absolute => target_address as i64,
            Value::Branch if symbol == 0 && self.is_missing(id) => self.linked.cpu.branch_to_next,
            Value::Relative | Value::Branch => relative(target_address),
            Value::Page => pages(target_address),
            Value::Got => self.got_entry(id) as i64,
            Value::GotPage => pages(self.got_entry(id)),
            Value::GotRelaxable if self.relaxes(target, relocation, id) => {
                let distance = relative(target_address);
                return match (self.linked.cpu.relax)(bytes, at, distance) {
                    true => Ok(()),
                    false => Err(self.overflow(target, relocation, distance)),
                };
            }
            Value::GotRelative | Value::GotRelaxable => {
                relative(self.got_entry(id).wrapping_add_signed(relocation.addend))
            }
        };
        match kind
            .field
            .put(&mut bytes[at..at + kind.field.width()], value)
        {
            true => Ok(()),
            false => Err(self.overflow(target, relocation, value)),
        }
    }

    fn is_missing(&self, symbol: SymbolId) -> bool {
        self.linked.resolution.definitions[symbol.index()] == Definition::MissingWeak
    }

    fn relaxes(&self, target: &Target<'_>, relocation: &Relocation, symbol: SymbolId) -> bool {
        let kind = &self.linked.cpu.kinds[usize::from(relocation.kind)];
        let data = target.object.sections[target.section].data;
        let definition = self.linked.resolution.definitions[symbol.index()];
        let near = is_near(definition, self.linked.fixed);
        relaxes(self.linked.cpu, kind, relocation, data, near)
    }

    #[cold]
    fn overflow(&self, target: &Target<'_>, relocation: &Relocation, value: i64) -> Error {
        Error::Overflow {
            object: target.object.name.into(),
            section: text(target.object.sections[target.section].name),
            offset: u64::from(relocation.offset),
            relocation: self.linked.cpu.kinds[usize::from(relocation.kind)].name,
            symbol: target.object.symbol_name(relocation.symbol),
            value,
        }
    }
}

/// A piece of an input section that is being filled in.
struct Target<'t> {
    object: &'t Object<'t>,
    /// Index of the section.
    section: usize,
    /// Address of the piece.
    address: u64,
    /// Its offset in the section.
    start: u32,
}

fn page(address: u64) -> u64 {
    address & !0xfff
}
