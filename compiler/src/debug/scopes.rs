//! Functions, and calls that were inlined into them.

use super::dwarf::{Cost, Files, Read, Slice, address, saturated, text};
use super::{Location, Scope, ScopeRange, Source, Text, Texts};
use crate::demangle::readable;
use crate::shown;
use gimli::{
    Abbreviation, AttributeValue, Dwarf, EntriesRaw, Unit, UnitOffset, UnitRef, constants as dw,
};
use std::collections::HashMap;
use std::ops::Range;

/// How many scopes lie within one another, at most.
const DEPTH: usize = 128;

/// How many entries lead to a name.
const STEPS: usize = 16;

/// Reads the scopes of a unit.
pub struct Scopes<'s, 'a> {
    /// The offsets of the code section's contents in the module.
    pub code: Range<u32>,
    /// What is read.
    pub cost: &'s mut Cost,
    /// What is written.
    pub source: &'s mut Source,
    /// Texts of it.
    pub texts: &'s mut Texts,
    /// Names that were found before.
    pub names: &'s mut Names,
    /// Paths.
    pub files: Files,
    /// All units, ascending by offset.
    pub units: &'s [Unit<Slice<'a>>],
}

/// Names of entries, by their offsets.
pub type Names = HashMap<usize, Option<Text>>;

/// What the attributes of an entry say.
#[derive(Default)]
struct Entry<'a> {
    low: Option<u64>,
    high: Option<u64>,
    size: Option<u64>,
    ranges: Option<AttributeValue<Slice<'a>>>,
    name: Option<Name<'a>>,
    call_file: Option<u64>,
    call_line: u32,
    call_column: u32,
}

/// A name, or where it is. A name for linkers is more than any other.
#[derive(Clone, Copy)]
enum Name<'a> {
    Of(AttributeValue<Slice<'a>>),
    Linked(AttributeValue<Slice<'a>>),
    Elsewhere(AttributeValue<Slice<'a>>),
}

impl<'a> Scopes<'_, 'a> {
    /// Reads all of a unit.
    pub fn read(&mut self, unit: UnitRef<Slice<'a>>) -> Read<()> {
        let mut entries = unit.entries_raw(None)?;
        // The scopes around an entry, and their depths in the tree.
        let mut around: Vec<(isize, u32)> = Vec::new();
        while !entries.is_empty() {
            let depth = entries.next_depth();
            let Some(abbreviation) = entries.read_abbreviation()? else {
                continue;
            };
            while around.last().is_some_and(|&(outer, _)| outer >= depth) {
                around.pop();
            }
            match abbreviation.tag() {
                dw::DW_TAG_subprogram => around.clear(),
                dw::DW_TAG_inlined_subroutine if !around.is_empty() => {}
                _ => {
                    self.cost.add(abbreviation.attributes().len() as u64)?;
                    entries.skip_attributes(abbreviation.attributes())?;
                    continue;
                }
            }
            let entry = self.entry(unit, &mut entries, abbreviation)?;
            if around.len() < DEPTH {
                let scope = self.scope(unit, &entry, &around)?;
                around.extend(scope.map(|scope| (depth, scope)));
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        unit: UnitRef<Slice<'a>>,
        entries: &mut EntriesRaw<'_, Slice<'a>>,
        abbreviation: &Abbreviation,
    ) -> Read<Entry<'a>> {
        let mut entry = Entry::default();
        self.cost.add(abbreviation.attributes().len() as u64)?;
        for &attribute in abbreviation.attributes() {
            let attribute = entries.read_attribute(attribute)?;
            let value = attribute.value();
            match attribute.name() {
                dw::DW_AT_low_pc => entry.low = unit.attr_address(value)?,
                dw::DW_AT_high_pc => match value {
                    AttributeValue::Udata(size) => entry.size = Some(size),
                    value => entry.high = unit.attr_address(value)?,
                },
                dw::DW_AT_ranges => entry.ranges = Some(value),
                dw::DW_AT_call_file => {
                    entry.call_file = match value {
                        AttributeValue::FileIndex(index) => Some(index),
                        value => value.udata_value(),
                    }
                }
                dw::DW_AT_call_line => entry.call_line = number(&value),
                dw::DW_AT_call_column => entry.call_column = number(&value),
                name => named(&mut entry.name, name, value),
            }
        }
        Ok(entry)
    }

    /// Adds the scope that an entry is, if it has code.
    fn scope(
        &mut self,
        unit: UnitRef<Slice<'a>>,
        entry: &Entry<'a>,
        around: &[(isize, u32)],
    ) -> Read<Option<u32>> {
        let mut ranges = Vec::new();
        if let Some(list) = &entry.ranges {
            let mut list = unit.attr_ranges(*list)?;
            while let Some(range) = list.as_mut().map_or(Ok(None), |list| list.next())? {
                self.cost.add(1)?;
                ranges.push((range.begin, range.end));
            }
        } else if let Some(low) = entry.low {
            let high = entry.high.or_else(|| low.checked_add(entry.size?));
            ranges.extend(high.map(|high| (low, high)));
        }
        ranges.retain(|&(low, high)| {
            let within = |at| address(&self.code, at).is_some();
            low < high && within(low) && within(high)
        });
        if ranges.is_empty() {
            return Ok(None);
        }
        let outer = around.last().map(|&(_, outer)| outer);
        let name = self.name(unit, entry.name)?;
        let call = match (outer, entry.call_file) {
            (None, _) | (_, None) => None,
            // Before DWARF 5 the file 0 is none.
            (_, Some(0)) if unit.header.version() < 5 => None,
            (_, Some(file)) => self.call(unit, file, entry)?,
        };
        let scope = self.source.scopes.len() as u32;
        self.source.scopes.push(Scope { outer, name, call });
        for (low, high) in ranges {
            let [Some(start), Some(end)] = [low, high].map(|at| address(&self.code, at)) else {
                continue;
            };
            self.source.ranges.push(ScopeRange {
                start,
                end,
                depth: around.len() as u32,
                scope,
            });
        }
        Ok(Some(scope))
    }

    fn call(
        &mut self,
        unit: UnitRef<Slice<'a>>,
        file: u64,
        entry: &Entry<'a>,
    ) -> Read<Option<Location>> {
        let Some(program) = &unit.line_program else {
            return Ok(None);
        };
        let header = program.header();
        Ok(Some(Location {
            file: self.files.path(unit, header, file, self.texts, self.cost)?,
            line: entry.call_line,
            column: entry.call_column,
        }))
    }

    /// The name of an entry, which may be that of another entry.
    fn name(&mut self, unit: UnitRef<Slice<'a>>, name: Option<Name<'a>>) -> Read<Option<Text>> {
        match name {
            None => Ok(None),
            Some(Name::Of(value) | Name::Linked(value)) => self.text(unit, value),
            Some(Name::Elsewhere(value)) => {
                let Some(at) = offset(unit, &value) else {
                    return Ok(None);
                };
                if let Some(&known) = self.names.get(&at) {
                    return Ok(known);
                }
                let name = self.name_at(unit.dwarf, at)?;
                self.names.insert(at, name);
                Ok(name)
            }
        }
    }

    /// The name of the entry at an offset of the section.
    fn name_at(&mut self, dwarf: &Dwarf<Slice<'a>>, mut at: usize) -> Read<Option<Text>> {
        for _ in 0..STEPS {
            let start = |unit: &Unit<Slice>| unit.header.debug_info_offset().map_or(0, |at| at.0);
            let index = self.units.partition_point(|unit| start(unit) <= at);
            let Some(unit) = index.checked_sub(1).map(|index| &self.units[index]) else {
                return Ok(None);
            };
            let unit = unit.unit_ref(dwarf);
            let mut entries = unit.entries_raw(Some(UnitOffset(at - start(unit.unit))))?;
            let Some(abbreviation) = entries.read_abbreviation()? else {
                return Ok(None);
            };
            let mut found = None;
            self.cost.add(abbreviation.attributes().len() as u64)?;
            for &attribute in abbreviation.attributes() {
                let attribute = entries.read_attribute(attribute)?;
                named(&mut found, attribute.name(), attribute.value());
            }
            match found {
                Some(Name::Of(value) | Name::Linked(value)) => return self.text(unit, value),
                Some(Name::Elsewhere(value)) => match offset(unit, &value) {
                    Some(next) => at = next,
                    None => return Ok(None),
                },
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    fn text(
        &mut self,
        unit: UnitRef<Slice<'a>>,
        value: AttributeValue<Slice<'a>>,
    ) -> Read<Option<Text>> {
        let text = text(unit, value)?;
        self.cost.add(text.len() as u64)?;
        Ok(Some(self.texts.add(&shown::line(&readable(&text)))))
    }
}

/// The offset of the entry that an attribute refers to in the section.
fn offset(unit: UnitRef<Slice>, value: &AttributeValue<Slice>) -> Option<usize> {
    match *value {
        AttributeValue::UnitRef(at) => Some(at.to_debug_info_offset(&unit.header)?.0),
        AttributeValue::DebugInfoRef(at) => Some(at.0),
        _ => None,
    }
}

/// Notes an attribute that names an entry.
fn named<'a>(name: &mut Option<Name<'a>>, of: gimli::DwAt, value: AttributeValue<Slice<'a>>) {
    match of {
        dw::DW_AT_linkage_name | dw::DW_AT_MIPS_linkage_name => *name = Some(Name::Linked(value)),
        dw::DW_AT_name if !matches!(name, Some(Name::Linked(_))) => *name = Some(Name::Of(value)),
        dw::DW_AT_abstract_origin | dw::DW_AT_specification if name.is_none() => {
            *name = Some(Name::Elsewhere(value));
        }
        _ => {}
    }
}

fn number(value: &AttributeValue<Slice>) -> u32 {
    value.udata_value().map_or(0, saturated)
}
