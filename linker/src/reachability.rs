//! Phase three: finds the sections that the program can reach, and drops the others. It also finds
//! the symbols that need an entry in the global offset table (GOT), and undefined symbols.

use crate::arch::{Cpu, Kind, Value};
use crate::error::Undefined;
use crate::format::Unwind;
use crate::input::{
    Index, Object, Pieces, Place, Relocation, Role, SectionId, SymbolId, SymbolKind, text,
};
use crate::resolve::{Definition, Resolution};
use crate::{Error, Result};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The kept sections and their needs.
#[derive(Debug)]
pub struct Reachability {
    /// By [`SectionId`].
    pub live: Vec<bool>,
    /// Sections of constants that must not be merged, because a reference does not determine a
    /// piece.
    pub whole: HashSet<SectionId>,
    /// The offsets in the other sections of constants to which something refers.
    pub pieces: HashMap<SectionId, BTreeSet<u64>>,
    /// The symbols with an entry in the GOT, and its index.
    pub got: HashMap<SymbolId, u32>,
    /// The same, in order.
    pub got_symbols: Vec<SymbolId>,
}

/// Marks everything that is reachable from the entry and from retained and fixed sections. `fixed`:
/// sections that are reached by address.
pub fn mark(
    objects: &[Object<'_>],
    cpu: &Cpu,
    resolution: &Resolution,
    fixed: &[Option<u64>],
    unwind: &mut dyn Unwind,
) -> Result<Reachability> {
    let mut marker = Marker {
        objects,
        cpu,
        resolution,
        fixed,
        work: Vec::new(),
        fresh: Vec::new(),
        result: Reachability {
            live: vec![false; fixed.len()],
            whole: HashSet::new(),
            pieces: HashMap::new(),
            got: HashMap::new(),
            got_symbols: Vec::new(),
        },
        undefined: Vec::new(),
        reported: HashSet::new(),
    };
    marker.roots();
    marker.debug();
    marker.run()?;
    while !marker.fresh.is_empty() {
        let fresh = std::mem::take(&mut marker.fresh);
        for references in unwind.keep(&fresh) {
            let object = &objects[references.object as usize];
            let range = references.relocations.start as usize..references.relocations.end as usize;
            for relocation in &object.relocations[range] {
                marker.reference(object, references.section as usize, relocation)?;
            }
        }
        marker.run()?;
    }
    marker.named();
    if marker.undefined.is_empty() {
        Ok(marker.result)
    } else {
        Err(undefined(objects, &marker.undefined))
    }
}

struct Marker<'o, 'a> {
    objects: &'o [Object<'a>],
    cpu: &'o Cpu,
    resolution: &'o Resolution,
    fixed: &'o [Option<u64>],
    /// Marked sections whose relocations have not been followed yet: object and index.
    work: Vec<(u32, u32)>,
    /// Marked sections that have not been passed to the unwind tables yet.
    fresh: Vec<SectionId>,
    result: Reachability,
    undefined: Vec<Missing<'a>>,
    /// The names of the undefined symbols so far.
    reported: HashSet<&'a [u8]>,
}

impl<'o, 'a> Marker<'o, 'a> {
    fn roots(&mut self) {
        for object in self.objects {
            for (index, section) in object.sections.iter().enumerate() {
                let id = object.section_id(index);
                if section.retained || self.fixed[id.index()].is_some() {
                    self.result.whole.insert(id);
                    self.section(id);
                }
            }
        }
        if let Definition::Section(section, _) =
            self.resolution.definitions[self.resolution.entry.index()]
        {
            self.section(section);
        }
    }

    /// Pieces with a name in the symbol table are kept.
    fn named(&mut self) {
        for object in self.objects {
            for (index, symbol) in object.symbols.iter().enumerate() {
                let id = object.symbol_id(index);
                if let Place::Section { section, offset } = symbol.place
                    && symbol.is_named()
                    && object.sections[section as usize].pieces != Pieces::Whole
                    && self.resolution.definers[id.index()] == id
                {
                    let section = object.section_id(section as usize);
                    self.result
                        .pieces
                        .entry(section)
                        .or_default()
                        .insert(offset);
                }
            }
        }
    }

    /// Index of the section's object, and of the section in the object.
    fn find(&self, id: SectionId) -> (usize, usize) {
        let number = self.objects.partition_point(|o| o.first_section <= id.0) - 1;
        (number, (id.0 - self.objects[number].first_section) as usize)
    }

    /// Debug sections keep nothing alive, but they refer to pieces.
    fn debug(&mut self) {
        for object in self.objects {
            let debug = object.sections.iter().filter(|s| s.role == Role::Debug);
            for relocation in debug.flat_map(|section| object.relocations(section)) {
                let symbol = object.symbol_id(relocation.symbol as usize);
                if let Definition::Section(target, offset) =
                    self.resolution.definitions[symbol.index()]
                {
                    let _ = self.piece(object, relocation, target, offset);
                }
            }
        }
    }

    fn section(&mut self, id: SectionId) {
        if self.result.live[id.index()] || self.resolution.discarded[id.index()] {
            return;
        }
        let (number, index) = self.find(id);
        match self.objects[number].sections[index].role {
            // Not part of the image, or handled record by record.
            Role::Ignored | Role::Debug | Role::Unwind => {}
            Role::Code
            | Role::ReadOnly
            | Role::Data
            | Role::Zero
            | Role::Note
            | Role::ThreadLocal => {
                self.result.live[id.index()] = true;
                self.work.push((number as u32, index as u32));
                self.fresh.push(id);
            }
        }
    }

    fn run(&mut self) -> Result<()> {
        while let Some((object, index)) = self.work.pop() {
            let object = &self.objects[object as usize];
            let section = &object.sections[index as usize];
            if section.role == Role::ThreadLocal {
                return Err(Error::Unsupported {
                    object: object.name.into(),
                    what: "thread-local storage".into(),
                });
            }
            for relocation in object.relocations(section) {
                self.reference(object, index as usize, relocation)?;
            }
        }
        Ok(())
    }

    fn reference(
        &mut self,
        object: &'o Object<'a>,
        section: usize,
        relocation: &Relocation,
    ) -> Result<()> {
        let symbol = object.symbol_id(relocation.symbol as usize);
        let kind = &self.cpu.kinds[usize::from(relocation.kind)];
        let definition = self.resolution.definitions[symbol.index()];
        match definition {
            Definition::Section(target, offset) => {
                self.section(target);
                if let Some(offset) = self.piece(object, relocation, target, offset) {
                    self.result.pieces.entry(target).or_default().insert(offset);
                }
                if !self.result.live[target.index()] {
                    return Err(Error::Unsupported {
                        object: object.name.into(),
                        what: format!(
                            "a reference to {}, which is never part of the image,",
                            object.symbol_name(relocation.symbol)
                        ),
                    });
                }
            }
            Definition::Missing => self.missing(object, section, relocation),
            Definition::Discarded => {
                return Err(Error::Discarded {
                    symbol: object.symbol_name(relocation.symbol),
                    object: object.name.into(),
                    referrer: object
                        .index()
                        .describe(section, u64::from(relocation.offset)),
                });
            }
            Definition::MissingWeak | Definition::Absolute(_) | Definition::Linker(_) => {}
        }
        if kind.value.needs_got() {
            self.got(object, section, relocation, kind)?;
        }
        Ok(())
    }

    /// The offset of the piece to which this refers, in a section of constants. A reference by a
    /// section's symbol determines a piece only if the addend is the offset in the section. If it
    /// does not, the section is not merged.
    fn piece(
        &mut self,
        object: &Object<'_>,
        relocation: &Relocation,
        target: SectionId,
        offset: u64,
    ) -> Option<u64> {
        let symbol = &object.symbols[relocation.symbol as usize];
        let (number, index) = self.find(target);
        let section = &self.objects[number].sections[index];
        if section.pieces == Pieces::Whole {
            return None;
        }
        // An offset after the end is relative to the last piece.
        let last = section.size.saturating_sub(1);
        if symbol.kind != SymbolKind::Internal {
            return Some(offset.min(last));
        }
        let is_offset = match self.cpu.kinds[usize::from(relocation.kind)].value {
            Value::Absolute | Value::Page => true,
            // The addend also compensates for the distance from the operand to the next
            // instruction.
            Value::Relative
            | Value::Branch
            | Value::Got
            | Value::GotRelative
            | Value::GotRelaxable
            | Value::GotPage
            | Value::OfPlace(_) => false,
            Value::Nothing => return None,
        };
        let offset = offset.wrapping_add_signed(relocation.addend);
        if !is_offset || offset >= section.size {
            self.result.whole.insert(target);
        }
        Some(offset.min(last))
    }

    fn got(
        &mut self,
        object: &Object<'_>,
        section: usize,
        relocation: &Relocation,
        kind: &Kind,
    ) -> Result<()> {
        if matches!(kind.value, Value::Got | Value::GotPage) && relocation.addend != 0 {
            return Err(Error::Unsupported {
                object: object.name.into(),
                what: format!("{} with an addend", kind.name),
            });
        }
        let symbol = object.symbol_id(relocation.symbol as usize);
        let data = object.sections[section].data;
        if !relaxes(self.cpu, kind, relocation, data, self.is_near(symbol)) {
            let definer = self.resolution.definers[symbol.index()];
            let next = self.result.got_symbols.len() as u32;
            if *self.result.got.entry(definer).or_insert(next) == next {
                self.result.got_symbols.push(definer);
            }
        }
        Ok(())
    }

    /// Whether the symbol is known to be in the ordinary image.
    fn is_near(&self, symbol: SymbolId) -> bool {
        is_near(self.resolution.definitions[symbol.index()], self.fixed)
    }

    fn missing(&mut self, object: &'o Object<'a>, section: usize, relocation: &Relocation) {
        let name = object.symbols[relocation.symbol as usize].name;
        if self.reported.insert(name) {
            let number = self
                .objects
                .partition_point(|o| o.first_section <= object.first_section)
                - 1;
            self.undefined.push(Missing {
                name,
                object: number,
                section,
                offset: relocation.offset,
            });
        }
    }
}

/// An undefined symbol, and the first reference to it.
struct Missing<'a> {
    name: &'a [u8],
    /// Index of the object.
    object: usize,
    /// Index of the section in it.
    section: usize,
    offset: u32,
}

/// The error for undefined symbols.
fn undefined(objects: &[Object<'_>], missing: &[Missing<'_>]) -> Error {
    let mut indices: HashMap<usize, Index<'_, '_>> = HashMap::new();
    let each = missing.iter().map(|m| {
        let object = &objects[m.object];
        let index = indices.entry(m.object).or_insert_with(|| object.index());
        Undefined {
            symbol: text(m.name),
            object: object.name.into(),
            referrer: index.describe(m.section, m.offset.into()),
        }
    });
    Error::Undefined(each.collect())
}

/// Whether the definition is known to be in the ordinary image, within reach of its code.
pub fn is_near(definition: Definition, fixed: &[Option<u64>]) -> bool {
    match definition {
        Definition::Section(section, _) => fixed[section.index()].is_none(),
        Definition::Linker(_) => true,
        Definition::Missing
        | Definition::MissingWeak
        | Definition::Discarded
        | Definition::Absolute(_) => false,
    }
}

/// Whether this access through the GOT is rewritten to a direct access. It is called before and
/// after layout, with the original bytes of the section, and gives the same result.
pub fn relaxes(
    cpu: &Cpu,
    kind: &Kind,
    relocation: &Relocation,
    data: &[u8],
    is_near: bool,
) -> bool {
    kind.value == Value::GotRelaxable
        && is_near
        && (cpu.can_relax)(data, relocation.offset as usize, relocation.addend)
}
