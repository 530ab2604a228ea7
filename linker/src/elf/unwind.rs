//! Call frame information (`.eh_frame`, LSB Core §10.6): its records are kept one by one, with the
//! functions that they describe.

use crate::input::{Object, Place, Relocation, Role, Section, SectionId, SymbolId};
use crate::{Error, Result};
use std::ops::Range;

/// The records of all objects.
#[derive(Debug, Default)]
pub struct Unwind {
    /// In the order of the inputs.
    pub records: Vec<Record>,
}

/// A record: a CIE or an FDE.
#[derive(Debug)]
pub struct Record {
    /// Index of the object.
    pub object: u32,
    /// Index of the section in the object.
    pub section: u32,
    /// The record's bytes in the section.
    pub bytes: Range<u32>,
    /// Its relocations, in the object's.
    pub relocations: Range<u32>,
    /// What it is.
    pub kind: RecordKind,
    /// Whether it is in the image.
    pub live: bool,
    /// Offset in the output, if it is live.
    pub offset: u32,
}

/// What a record is.
#[derive(Clone, Copy, Debug)]
pub enum RecordKind {
    /// Common to several functions.
    Cie,
    /// Of one function.
    Fde {
        /// Index in [`Unwind::records`] of its CIE.
        cie: u32,
        /// The section with the function.
        function: SectionId,
        /// With `addend`, the function's first address.
        symbol: SymbolId,
        /// See `symbol`.
        addend: i64,
    },
}

impl Record {
    /// The section that the record is from.
    pub fn section<'o, 'a>(&self, objects: &'o [Object<'a>]) -> &'o Section<'a> {
        &objects[self.object as usize].sections[self.section as usize]
    }

    /// The record's relocations; their offsets are the section's.
    pub fn relocations<'o>(&self, objects: &'o [Object<'_>]) -> &'o [Relocation] {
        let all = &objects[self.object as usize].relocations;
        &all[self.relocations.start as usize..self.relocations.end as usize]
    }
}

/// The length field of a record, and its identity or CIE pointer.
pub const LENGTH: usize = 4;
/// Offset in an FDE of the first address that it describes.
const PC_BEGIN: u32 = 8;

/// Reads the records of all objects. Puts the relocations of these sections in order.
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
    Ok(unwind)
}

struct Parser<'o, 'a> {
    object: &'o Object<'a>,
    number: usize,
    index: usize,
    section: &'o Section<'a>,
    /// CIEs of this section: offset, and index of the record.
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
                // A terminator: inputs may follow each other.
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

    /// What the record at `at` is; none: the FDE of no function.
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
    /// Marks the records of functions that `is_live` says are kept, and their CIEs. Gives the
    /// indices of the records that were not marked before.
    pub fn mark(&mut self, is_live: impl Fn(SectionId) -> bool) -> Vec<usize> {
        let mut fresh = Vec::new();
        for index in 0..self.records.len() {
            let RecordKind::Fde { cie, function, .. } = self.records[index].kind else {
                continue;
            };
            if !self.records[index].live && is_live(function) {
                for index in [cie as usize, index] {
                    if !std::mem::replace(&mut self.records[index].live, true) {
                        fresh.push(index);
                    }
                }
            }
        }
        fresh
    }

    /// Gives every live record its offset; the size of all comes back.
    pub fn place(&mut self) -> u64 {
        let mut size = 0;
        for record in self.records.iter_mut().filter(|r| r.live) {
            record.offset = size;
            size += record.bytes.end - record.bytes.start;
        }
        u64::from(size)
    }

    /// Number of functions that are described.
    pub fn function_count(&self) -> u64 {
        let is_fde = |r: &&Record| r.live && matches!(r.kind, RecordKind::Fde { .. });
        self.records.iter().filter(is_fde).count() as u64
    }
}
