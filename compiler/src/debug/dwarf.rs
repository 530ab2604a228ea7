//! DWARF to [`Source`].

use super::scopes::{Names, Scopes};
use super::{Location, Row, Sections, Source, Text, Texts};
use gimli::{
    Abbreviations, AttributeValue, DebugAbbrev, DebugAbbrevOffset, Dwarf, EndianSlice,
    IncompleteLineProgram, LineProgramHeader, LittleEndian, Section, Unit, UnitRef, UnitType,
};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Why debug information is left out.
#[derive(Debug)]
pub enum Failure {
    /// It is malformed.
    Malformed(gimli::Error),
    /// Reading it would take more than linear time.
    TooMuch,
}

impl From<gimli::Error> for Failure {
    fn from(error: gimli::Error) -> Self {
        Failure::Malformed(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Malformed(error) => error.fmt(f),
            Failure::TooMuch => f.write_str("its parts are used too often"),
        }
    }
}

/// The result of reading.
pub type Read<T> = Result<T, Failure>;

/// A part of a section.
pub type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// What is read of debug information, in bytes and entries. Sections may refer to one part of them
/// any number of times; only so much is read as each part being read a few times needs.
#[derive(Debug)]
pub struct Cost {
    left: u64,
}

impl Cost {
    /// How often a byte may be read.
    const TIMES: u64 = 16;

    fn new(sections: &Sections) -> Self {
        let bytes = sections
            .contents
            .iter()
            .map(|(_, bytes)| bytes.len() as u64);
        Cost {
            left: Cost::TIMES * bytes.sum::<u64>(),
        }
    }

    /// Counts something that is read.
    ///
    /// # Errors
    /// If more is read than sections of this size can need.
    pub fn add(&mut self, count: u64) -> Read<()> {
        self.left = self.left.checked_sub(count).ok_or(Failure::TooMuch)?;
        Ok(())
    }
}

/// Reads the debug information of a module, if it has line tables.
///
/// # Errors
/// What is wrong with it.
pub fn read(sections: &Sections, texts: &mut Texts) -> Read<Option<Source>> {
    let section = |id: gimli::SectionId| {
        let found = sections
            .contents
            .iter()
            .find(|(name, _)| *name == id.name());
        let bytes = found.map_or(&[][..], |(_, bytes)| bytes);
        Ok::<_, Failure>(Slice::new(bytes, LittleEndian))
    };
    let dwarf = Dwarf::load(section)?;
    if dwarf.debug_line.reader().is_empty() {
        return Ok(None);
    }
    let mut cost = Cost::new(sections);
    let units = units(&dwarf, &mut cost)?;
    let mut reader = Reader {
        code: sections.code.clone(),
        cost,
        source: Source::default(),
        texts,
        names: HashMap::new(),
    };
    for unit in &units {
        reader.unit(&dwarf, &units, unit)?;
    }
    Ok(Some(reader.finish()))
}

/// The tables of abbreviations that units use. Each ends where the next one begins: otherwise they
/// would overlap, and reading all would take more than linear time.
fn tables(dwarf: &Dwarf<Slice>) -> Read<HashMap<usize, Arc<Abbreviations>>> {
    let mut starts = BTreeSet::new();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        starts.insert(header.debug_abbrev_offset().0);
    }
    let all = dwarf.debug_abbrev.reader().slice();
    let ends = starts.iter().skip(1).copied().chain([all.len()]);
    let mut tables = HashMap::new();
    for (&start, end) in starts.iter().zip(ends) {
        let end = end.min(all.len());
        let table = DebugAbbrev::new(&all[..end], LittleEndian);
        let table = table.abbreviations(DebugAbbrevOffset(start))?;
        tables.insert(start, Arc::new(table));
    }
    Ok(tables)
}

/// The units that have code, ascending by offset.
fn units<'a>(dwarf: &Dwarf<Slice<'a>>, cost: &mut Cost) -> Read<Vec<Unit<Slice<'a>>>> {
    let tables = tables(dwarf)?;
    let (mut units, mut headers) = (Vec::new(), dwarf.units());
    while let Some(header) = headers.next()? {
        if matches!(header.type_(), UnitType::Compilation | UnitType::Partial) {
            let table = tables[&header.debug_abbrev_offset().0].clone();
            let mut root = header.entries_raw(&table, None)?;
            if let Some(root) = root.read_abbreviation()? {
                cost.add(root.attributes().len() as u64)?;
            }
            let unit = Unit::new_with_abbreviations(dwarf, header, table)?;
            if let Some(program) = &unit.line_program {
                cost.add(program.header().unit_length() as u64)?;
            }
            units.push(unit);
        }
    }
    Ok(units)
}

struct Reader<'t> {
    /// The offsets of the code section's contents in the module.
    code: Range<u32>,
    cost: Cost,
    source: Source,
    texts: &'t mut Texts,
    names: Names,
}

impl Reader<'_> {
    fn finish(self) -> Source {
        let mut source = self.source;
        // A sequence ends before the next one starts.
        source
            .rows
            .sort_by_key(|row| (row.start, row.location.is_some()));
        source
            .ranges
            .sort_by_key(|range| (range.start, range.depth));
        source
    }

    fn unit<'a>(
        &mut self,
        dwarf: &Dwarf<Slice<'a>>,
        units: &[Unit<Slice<'a>>],
        unit: &Unit<Slice<'a>>,
    ) -> Read<()> {
        let unit = unit.unit_ref(dwarf);
        let mut files = Files::default();
        if let Some(program) = unit.line_program.clone() {
            self.rows(unit, program, &mut files)?;
        }
        let mut scopes = Scopes {
            code: self.code.clone(),
            cost: &mut self.cost,
            source: &mut self.source,
            texts: self.texts,
            names: &mut self.names,
            files,
            units,
        };
        scopes.read(unit)
    }

    fn rows<'a>(
        &mut self,
        unit: UnitRef<Slice<'a>>,
        program: IncompleteLineProgram<Slice<'a>>,
        files: &mut Files,
    ) -> Read<()> {
        let mut rows = program.rows();
        // The rows of the current sequence. One that does not lie in the code is of a function that
        // was dropped.
        let mut sequence = self.source.rows.len();
        while let Some((header, row)) = rows.next_row()? {
            let Some(start) = address(&self.code, row.address()) else {
                if row.end_sequence() {
                    self.source.rows.truncate(sequence);
                }
                continue;
            };
            if row.end_sequence() {
                self.source.rows.push(Row {
                    start,
                    location: None,
                });
                sequence = self.source.rows.len();
                continue;
            }
            let location = Location {
                file: files.path(unit, header, row.file_index(), self.texts, &mut self.cost)?,
                line: row.line().map_or(0, |line| saturated(line.get())),
                column: match row.column() {
                    gimli::ColumnType::LeftEdge => 0,
                    gimli::ColumnType::Column(column) => saturated(column.get()),
                },
            };
            let row = Row {
                start,
                location: Some(location),
            };
            match self.source.rows[sequence..].last_mut() {
                Some(last) if last.start == start => *last = row,
                _ => self.source.rows.push(row),
            }
        }
        self.source.rows.truncate(sequence);
        Ok(())
    }
}

/// An offset in the module for an address of debug information. Address 0 is that of functions that
/// a linker dropped; no code is there, as a count is first in the section.
pub fn address(code: &Range<u32>, address: u64) -> Option<u32> {
    let offset = u64::from(code.start).checked_add(address)?;
    (address != 0 && offset <= code.end.into()).then_some(offset as u32)
}

/// A number for a report; larger ones are nonsense.
pub fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The paths of a unit's files that were used so far.
#[derive(Default)]
pub struct Files(HashMap<u64, Text>);

impl Files {
    /// The path of a file: of its name, the folder that it is in, and that of the unit, from the
    /// last one that is absolute (DWARF 5, §6.2.4.1).
    pub fn path<'a>(
        &mut self,
        unit: UnitRef<Slice<'a>>,
        header: &LineProgramHeader<Slice<'a>>,
        index: u64,
        texts: &mut Texts,
        cost: &mut Cost,
    ) -> Read<Text> {
        if let Some(&known) = self.0.get(&index) {
            return Ok(known);
        }
        let mut path = String::new();
        if let Some(file) = header.file(index) {
            if let Some(folder) = unit.comp_dir {
                path = folder.to_string_lossy().into_owned();
            }
            if file.directory_index() != 0
                && let Some(folder) = file.directory(header)
            {
                join(&mut path, &text(unit, folder)?);
            }
            join(&mut path, &text(unit, file.path_name())?);
        }
        cost.add(path.len() as u64)?;
        let known = texts.add(&crate::shown::line(&path));
        self.0.insert(index, known);
        Ok(known)
    }
}

/// The text of an attribute.
pub fn text<'a>(unit: UnitRef<Slice<'a>>, value: AttributeValue<Slice<'a>>) -> Read<Cow<'a, str>> {
    Ok(unit.attr_string(value)?.to_string_lossy())
}

/// Appends a path, which takes the place of what is before it if it is absolute. Paths are those of
/// the machine that compiled the module, which may be any.
pub(super) fn join(path: &mut String, part: &str) {
    let windows = |path: &str| {
        path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic()
            || path.starts_with("\\\\")
    };
    if part.starts_with('/') || windows(part) {
        path.clear();
    } else if !path.is_empty() {
        let separator = if windows(path) { '\\' } else { '/' };
        if !path.ends_with(['/', '\\']) {
            path.push(separator);
        }
    }
    path.push_str(part);
}
