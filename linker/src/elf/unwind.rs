//! ELF's unwind tables (`.eh_frame` and `.eh_frame_hdr`, LSB Core §10.6): each record of the inputs
//! is kept or dropped together with its function.

use crate::format::{self, References};
use crate::input::{Object, Place, Relocation, Role, Section, SectionId, SymbolId};
use crate::layout::{Contents, Output};
use crate::relocate::{Piece, Relocator};
use crate::{Error, Result};
use std::ops::Range;

/// The records of all objects.
#[derive(Debug, Default)]
pub struct Unwind {
    /// The records, in the order of the inputs.
    records: Vec<Record>,
    /// The sections of functions, sorted, with the indices of their FDEs.
    by_function: Vec<(SectionId, u32)>,
}

/// A record: a CIE or an FDE.
#[derive(Debug)]
struct Record {
    /// Index of the object.
    object: u32,
    /// Index of the section in the object.
    section: u32,
    /// The record's bytes in the section.
    bytes: Range<u32>,
    /// Range of its relocations in the object's.
    relocations: Range<u32>,
    /// Its kind.
    kind: RecordKind,
    /// Whether it is kept in the image.
    live: bool,
    /// Offset in the output, if it is kept.
    offset: u32,
}

/// The kind of a record.
#[derive(Clone, Copy, Debug)]
enum RecordKind {
    /// A CIE, shared by several functions.
    Cie,
    /// The FDE of one function.
    Fde {
        /// The index of its CIE in [`Unwind::records`].
        cie: u32,
        /// The section that contains the function.
        function: SectionId,
        /// With `addend`, gives the function's first address.
        symbol: SymbolId,
        /// See `symbol`.
        addend: i64,
    },
}

impl Record {
    /// The section that contains the record.
    fn section<'o, 'a>(&self, objects: &'o [Object<'a>]) -> &'o Section<'a> {
        &objects[self.object as usize].sections[self.section as usize]
    }

    /// Its references.
    fn references(&self) -> References {
        References {
            object: self.object,
            section: self.section,
            relocations: self.relocations.clone(),
        }
    }

    /// The record's relocations; their offsets are relative to the section.
    fn relocations<'o>(&self, objects: &'o [Object<'_>]) -> &'o [Relocation] {
        let all = &objects[self.object as usize].relocations;
        &all[self.relocations.start as usize..self.relocations.end as usize]
    }
}

/// `DW_EH_PE_pcrel | DW_EH_PE_sdata4`, `DW_EH_PE_udata4`, `DW_EH_PE_datarel | DW_EH_PE_sdata4`: the
/// encodings in `.eh_frame_hdr` of the pointer to `.eh_frame`, of the count, and of the table's
/// entries.
const INDEX_ENCODINGS: [u8; 3] = [0x1b, 0x03, 0x3b];
/// Size of the header of `.eh_frame_hdr`, in bytes.
const INDEX_HEADER: u64 = 12;
/// Size of each entry of its table, in bytes.
const INDEX_ENTRY: u64 = 8;
/// Size of a record's length field, and of its identity or CIE pointer.
const LENGTH: usize = 4;
/// Offset in an FDE of the function's first address.
const PC_BEGIN: u32 = 8;

/// Reads the records of all objects. Sorts the relocations in these sections.
pub fn read(objects: &mut [Object<'_>]) -> Result<Unwind> {
    let mut unwind = Unwind::default();
    for number in 0..objects.len() {
        for section in 0..objects[number].sections.len() {
            if objects[number].sections[section].role == Role::Unwind {
                let range = objects[number].sections[section].relocations.clone();
                let range = range.start as usize..range.end as usize;
                let relocations = &mut objects[number].relocations[range];
                if !relocations.is_sorted_by_key(|r| r.offset) {
                    relocations.sort_by_key(|r| r.offset);
                }
                Parser::new(objects, number, section).parse(&mut unwind.records)?;
            }
        }
    }
    let records = (0..).zip(&unwind.records);
    unwind.by_function = records
        .filter_map(|(index, record)| match record.kind {
            RecordKind::Cie => None,
            RecordKind::Fde { function, .. } => Some((function, index)),
        })
        .collect();
    unwind.by_function.sort_unstable();
    Ok(unwind)
}

struct Parser<'o, 'a> {
    object: &'o Object<'a>,
    number: usize,
    index: usize,
    section: &'o Section<'a>,
    /// CIEs of this section: the offset, and the index of the record.
    cies: Vec<(u32, u32)>,
}

impl<'o, 'a> Parser<'o, 'a> {
    fn new(objects: &'o [Object<'a>], number: usize, index: usize) -> Self {
        let object = &objects[number];
        Parser {
            object,
            number,
            index,
            section: &object.sections[index],
            cies: Vec::new(),
        }
    }

    fn malformed(&self) -> Error {
        Error::Malformed {
            object: self.object.name.into(),
            what: "its call frame information cannot be read".into(),
        }
    }

    fn word(&self, at: usize) -> Result<u32> {
        let bytes = self.section.data.get(at..at + 4);
        let bytes = bytes.and_then(|b| b.try_into().ok());
        Ok(u32::from_le_bytes(bytes.ok_or_else(|| self.malformed())?))
    }

    fn parse(mut self, records: &mut Vec<Record>) -> Result<()> {
        let mut next = self.section.relocations.start;
        let mut at = 0usize;
        while at < self.section.data.len() {
            let length = self.word(at)? as usize;
            if length == 0 {
                // A terminator. Another input's records may follow.
                at += LENGTH;
                continue;
            }
            let end = at + LENGTH + length;
            if length < LENGTH || end > self.section.data.len() {
                return Err(self.malformed());
            }
            let first = next;
            while self
                .relocation(next)
                .is_some_and(|r| (r.offset as usize) < end)
            {
                next += 1;
            }
            if let Some(kind) = self.record(at, first..next, records.len())? {
                records.push(Record {
                    object: self.number as u32,
                    section: self.index as u32,
                    bytes: at as u32..end as u32,
                    relocations: first..next,
                    kind,
                    live: false,
                    offset: 0,
                });
            }
            at = end;
        }
        Ok(())
    }

    /// A relocation of the section, by its index in the object.
    fn relocation(&self, index: u32) -> Option<&Relocation> {
        let range = &self.section.relocations;
        range
            .contains(&index)
            .then(|| &self.object.relocations[index as usize])
    }

    /// The kind of the record at `at`; `None`: an FDE without a function.
    fn record(
        &mut self,
        at: usize,
        relocations: Range<u32>,
        number: usize,
    ) -> Result<Option<RecordKind>> {
        let id = self.word(at + LENGTH)?;
        if id == 0 {
            self.cies.push((at as u32, number as u32));
            return Ok(Some(RecordKind::Cie));
        }
        let cie = (at + LENGTH).checked_sub(id as usize);
        let cie = cie.and_then(|cie| {
            let found = self.cies.binary_search_by_key(&(cie as u32), |c| c.0);
            found.ok().map(|i| self.cies[i].1)
        });
        let cie = cie.ok_or_else(|| self.malformed())?;
        let begin = at as u32 + PC_BEGIN;
        let Some(relocation) = relocations
            .filter_map(|i| self.relocation(i))
            .find(|r| r.offset == begin)
        else {
            return Ok(None);
        };
        let symbol = relocation.symbol as usize;
        Ok(match self.object.symbols[symbol].place {
            Place::Section { section, .. } => Some(RecordKind::Fde {
                cie,
                function: self.object.section_id(section as usize),
                symbol: self.object.symbol_id(symbol),
                addend: relocation.addend,
            }),
            Place::Undefined | Place::Absolute(_) => None,
        })
    }
}

impl Unwind {
    /// Assigns offsets to the kept records; returns their total size.
    fn place(&mut self) -> u64 {
        let mut size = 0;
        for record in self.records.iter_mut().filter(|r| r.live) {
            record.offset = size;
            size += record.bytes.end - record.bytes.start;
        }
        u64::from(size)
    }

    /// Number of functions with a kept record.
    fn function_count(&self) -> u64 {
        let is_fde = |r: &&Record| r.live && matches!(r.kind, RecordKind::Fde { .. });
        self.records.iter().filter(is_fde).count() as u64
    }
}

impl format::Unwind for Unwind {
    fn keep(&mut self, sections: &[SectionId]) -> Vec<References> {
        let mut fresh = Vec::new();
        for section in sections {
            let first = self.by_function.partition_point(|(f, _)| f < section);
            for &(_, index) in self.by_function[first..]
                .iter()
                .take_while(|(f, _)| f == section)
            {
                let RecordKind::Fde { cie, .. } = self.records[index as usize].kind else {
                    continue;
                };
                for index in [cie, index] {
                    if !std::mem::replace(&mut self.records[index as usize].live, true) {
                        fresh.push(index);
                    }
                }
            }
        }
        // Sorting gives the order of the inputs, independent of the order of the walk.
        fresh.sort_unstable();
        let records = fresh.into_iter().map(|index| &self.records[index as usize]);
        records.map(Record::references).collect()
    }

    fn outputs(&mut self) -> Vec<Output> {
        let size = self.place();
        let index = match size {
            0 => 0,
            _ => INDEX_HEADER + INDEX_ENTRY * self.function_count(),
        };
        vec![
            Output::synthetic(".eh_frame_hdr", Contents::UnwindIndex, 4, index),
            Output::synthetic(".eh_frame", Contents::Unwind, 8, size),
        ]
    }

    fn records(
        &self,
        output: &Output,
        relocator: &Relocator<'_, '_, '_>,
        bytes: &mut [u8],
    ) -> Result<()> {
        let objects = relocator.linked.objects;
        for record in self.records.iter().filter(|r| r.live) {
            let section = record.section(objects);
            let data = &section.data[record.bytes.start as usize..record.bytes.end as usize];
            let start = record.offset as usize;
            let bytes = &mut bytes[start..start + data.len()];
            bytes.copy_from_slice(data);
            if let RecordKind::Fde { cie, .. } = record.kind {
                let distance = record.offset + LENGTH as u32 - self.records[cie as usize].offset;
                bytes[LENGTH..2 * LENGTH].copy_from_slice(&distance.to_le_bytes());
            }
            let piece = Piece {
                object: &objects[record.object as usize],
                section: record.section as usize,
                address: output.address + u64::from(record.offset),
                start: record.bytes.start,
            };
            for relocation in record.relocations(objects) {
                relocator.apply(&piece, relocation, bytes)?;
            }
        }
        Ok(())
    }

    fn index(&self, output: &Output, relocator: &Relocator<'_, '_, '_>, bytes: &mut [u8]) {
        let layout = relocator.linked.layout;
        let Some(frames) = layout.find(|c| matches!(c, Contents::Unwind)) else {
            return;
        };
        // All addresses of the ordinary image are within 2 GiB, so differences fit.
        let relative = |address: u64| (address.wrapping_sub(output.address) as u32).to_le_bytes();
        let live = self.records.iter().filter(|r| r.live);
        let mut table: Vec<(u64, u64)> = live
            .filter_map(|record| match record.kind {
                RecordKind::Cie => None,
                RecordKind::Fde { symbol, addend, .. } => Some((
                    relocator.values[symbol.index()].wrapping_add_signed(addend),
                    frames.address + u64::from(record.offset),
                )),
            })
            .collect();
        table.sort_unstable();
        bytes[0] = 1;
        bytes[1..4].copy_from_slice(&INDEX_ENCODINGS);
        bytes[4..8].copy_from_slice(&relative(frames.address.wrapping_sub(4)));
        bytes[8..12].copy_from_slice(&(table.len() as u32).to_le_bytes());
        let entries = &mut bytes[INDEX_HEADER as usize..];
        let entries = entries.chunks_exact_mut(INDEX_ENTRY as usize);
        for (entry, (function, frame)) in entries.zip(table) {
            entry[..4].copy_from_slice(&relative(function));
            entry[4..].copy_from_slice(&relative(frame));
        }
    }
}
