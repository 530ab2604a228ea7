//! Phase five, first part: determines the output sections.
//!
//! The ordinary image starts at the image base, or ends at fixed constants (`anchor.rs`):
//! constants, code, variables, in one load segment each, so that nothing is both writable and
//! executable. The sections with fixed addresses follow, the regions last. Adjacent ones share a
//! segment if all but the first are zero.

use crate::format::Unwind;
use crate::input::{Object, Role, Section, SectionId, text};
use crate::merge::Merged;
use crate::reachability::Reachability;
use std::collections::HashMap;
use std::ops::Range;
use wasi_aot_abi::symbols::sections::REGION;

/// The plan of an image.
#[derive(Debug)]
pub struct Layout {
    /// The output sections, by address.
    pub outputs: Vec<Output>,
    /// The debug sections, which are not loaded: their addresses are 0.
    pub debug: Vec<Output>,
    /// The load segments, by address.
    pub segments: Vec<Segment>,
    /// The constants that are equal.
    pub merged: Merged,
    /// By [`SectionId`]: its address, if it is in the file as a whole.
    pub addresses: Vec<Option<u64>>,
    /// For sections with omitted pieces: the offset in the section, and the address, of each run of
    /// pieces that are kept.
    pub runs: HashMap<SectionId, Vec<(u64, u64)>>,
    /// By [`SectionId`]: the index of its output section, if a part of it is in the image.
    pub output_of: Vec<u32>,
    /// File offsets of the parts that are not loaded.
    pub tail_offsets: Vec<u64>,
    /// Size of the file in bytes.
    pub file_size: u64,
    /// The modulus of the congruence between addresses and offsets of segments.
    pub page: u64,
}

/// An output section.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// The program's access to it.
    pub access: Access,
    /// Its contents.
    pub contents: Contents,
    /// Its alignment, a power of two.
    pub align: u64,
    /// Its address, if it is fixed.
    pub fixed: Option<u64>,
    /// Its address, if something in it is fixed; the rest of the image then follows from it.
    pub anchor: Option<u64>,
    /// First address.
    pub address: u64,
    /// Offset in the file.
    pub offset: u64,
    /// Size in bytes.
    pub size: u64,
    /// Bytes after it in the address space that also belong to it: zero, and not in the file.
    pub padding: u64,
    /// Whether it has no bytes in the file.
    pub zero: bool,
}

/// The contents of an output section.
#[derive(Clone, Debug)]
pub enum Contents {
    /// Input sections: object, index in the object and offset in the output section.
    Sections(Vec<Member>),
    /// Notes, likewise.
    Notes(Vec<Member>),
    /// The records of the unwind tables.
    Unwind,
    /// The index of the unwind tables.
    UnwindIndex,
    /// The global offset table.
    Got,
}

/// A part of an input section in an output section.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Index of the object.
    pub object: u32,
    /// Index of the section in it.
    pub section: u32,
    /// Offset in the output section.
    pub offset: u64,
    /// Offset in the input section of its first byte.
    pub start: u32,
    /// Offset in the input section after its last byte.
    pub end: u32,
}

/// The program's access to a part of the image. All parts are readable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// Read only.
    Read,
    /// Execute.
    Execute,
    /// Write.
    Write,
}

/// A load segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// The access to all of it.
    pub access: Access,
    /// First address.
    pub address: u64,
    /// Offset in the file; congruent to the address, modulo the page size.
    pub offset: u64,
    /// Bytes in the file.
    pub file_size: u64,
    /// Bytes in the address space; those after the bytes in the file are zero.
    pub memory_size: u64,
}

impl Output {
    /// An empty output section.
    pub fn new(name: impl Into<String>, access: Access, contents: Contents) -> Self {
        Output {
            name: name.into(),
            access,
            contents,
            align: 1,
            fixed: None,
            anchor: None,
            address: 0,
            offset: 0,
            size: 0,
            padding: 0,
            zero: false,
        }
    }

    /// An output section without input sections.
    pub fn synthetic(name: &str, contents: Contents, align: u64, size: u64) -> Self {
        Output {
            align,
            size,
            ..Output::new(name, Access::Read, contents)
        }
    }

    /// Its input sections.
    pub fn members(&mut self) -> Option<&mut Vec<Member>> {
        match &mut self.contents {
            Contents::Sections(members) | Contents::Notes(members) => Some(members),
            Contents::Unwind | Contents::UnwindIndex | Contents::Got => None,
        }
    }

    /// Appends an input section.
    pub fn add(&mut self, object: usize, index: usize, section: &Section<'_>) {
        let offset = self.size.next_multiple_of(section.align);
        self.put(
            object,
            index,
            section,
            offset,
            section.size,
            0..section.data.len() as u32,
        );
    }

    /// Appends a run of bytes of an input section. Each byte keeps the alignment that it has in the
    /// section.
    pub fn add_run(&mut self, object: usize, index: usize, section: &Section<'_>, run: Range<u32>) {
        let distance = u64::from(run.start).wrapping_sub(self.size) % section.align;
        let size = u64::from(run.end - run.start);
        self.put(object, index, section, self.size + distance, size, run);
    }

    fn put(
        &mut self,
        object: usize,
        index: usize,
        section: &Section<'_>,
        offset: u64,
        size: u64,
        bytes: Range<u32>,
    ) {
        self.align = self.align.max(section.align);
        // A section is smaller than 4 GiB (see Role): no number of them makes this overflow.
        self.size = offset + size;
        if let Some(members) = self.members() {
            members.push(Member {
                object: object as u32,
                section: index as u32,
                offset,
                start: bytes.start,
                end: bytes.end,
            });
        }
    }

    /// Whether it is part of a region.
    pub fn is_region(&self) -> bool {
        self.fixed.is_some() && self.name.starts_with(REGION)
    }

    /// Whether a segment with this fixed section goes on with the next one: zeros that start in its
    /// last page or directly after it.
    pub fn continues(&self, next: &Output, page: u64) -> bool {
        let (Some(start), Some(next_start)) = (self.fixed, next.fixed) else {
            return false;
        };
        let end = start.saturating_add(self.size);
        let near = end
            .checked_next_multiple_of(page)
            .is_some_and(|end| next_start <= end);
        self.access == Access::Write && next.access == Access::Write && next.zero && near
    }

    /// Bytes in the file.
    pub fn file_size(&self) -> u64 {
        if self.zero { 0 } else { self.size }
    }

    /// First address after it.
    pub fn end(&self) -> u64 {
        self.address + self.size + self.padding
    }
}

/// Size of a GOT entry in bytes.
pub const GOT_ENTRY: u64 = 8;

/// The output sections and their contents, in the order of their addresses. Empty ones are omitted.
pub fn collect(
    objects: &[Object<'_>],
    fixed: &[Option<u64>],
    reachability: &Reachability,
    merged: &Merged,
    unwind: &mut dyn Unwind,
) -> Vec<Output> {
    let sections = || Contents::Sections(Vec::new());
    let mut notes = ByName::default();
    let mut constants = Output::new(".rodata", Access::Read, sections());
    let mut code = Output::new(".text", Access::Execute, sections());
    let mut data = Output::new(".data", Access::Write, sections());
    let mut zero = Output::new(".bss", Access::Write, sections());
    zero.zero = true;
    let mut at_fixed = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        for (index, section) in object.sections.iter().enumerate() {
            let id = object.section_id(index);
            if !reachability.live[id.index()] {
                continue;
            }
            if let Some(address) = fixed[id.index()] {
                at_fixed.push(fixed_output(number, index, section, address));
                continue;
            }
            let output = match section.role {
                Role::Code => &mut code,
                Role::ReadOnly => &mut constants,
                Role::Data => &mut data,
                Role::Zero => &mut zero,
                Role::Note => notes.output(section.name, note_output),
                // These are never live.
                Role::Ignored | Role::Debug | Role::Unwind | Role::ThreadLocal => continue,
            };
            match merged.runs(id) {
                None => output.add(number, index, section),
                Some(runs) => {
                    for run in runs {
                        output.add_run(number, index, section, run);
                    }
                }
            }
        }
    }
    at_fixed.sort_by_key(|o| o.fixed);
    join_variables(&mut at_fixed, &mut zero, objects);
    let mut outputs = notes.outputs;
    outputs.push(constants);
    outputs.extend(unwind.outputs());
    let got = GOT_ENTRY * reachability.got_symbols.len() as u64;
    outputs.push(Output::synthetic(".got", Contents::Got, GOT_ENTRY, got));
    outputs.extend([code, data, zero]);
    outputs.extend(at_fixed);
    outputs.retain_mut(|o| o.size > 0 || o.members().is_some_and(|m| !m.is_empty()));
    outputs
}

/// Puts variables that are initially zero directly before those at fixed addresses, if these are
/// zero, too: one mapping then has all. The small ones are last: nearly every program writes to
/// both, and each page costs a page fault at start.
fn join_variables(at_fixed: &mut Vec<Output>, variables: &mut Output, objects: &[Object<'_>]) {
    let is_state =
        |o: &&Output| o.access == Access::Write && o.zero && o.size > 0 && !o.is_region();
    let Some(state) = at_fixed.iter().find(is_state).and_then(|o| o.fixed) else {
        return;
    };
    let mut members = variables.members().map(std::mem::take).unwrap_or_default();
    let section =
        |member: &Member| &objects[member.object as usize].sections[member.section as usize];
    members.sort_by_key(|member| std::cmp::Reverse(section(member).size));
    let mut joined = Output::new(".bss", Access::Write, Contents::Sections(Vec::new()));
    joined.zero = true;
    for member in &members {
        let (object, index) = (member.object as usize, member.section as usize);
        joined.add(object, index, section(member));
    }
    variables.size = 0;
    let start = state.saturating_sub(joined.size) / joined.align * joined.align;
    joined.fixed = Some(start);
    at_fixed.push(joined);
    at_fixed.sort_by_key(|o| o.fixed);
}

fn fixed_output(object: usize, index: usize, section: &Section<'_>, address: u64) -> Output {
    let access = match (section.role, section.writable) {
        (Role::Code, _) => Access::Execute,
        (_, true) => Access::Write,
        (_, false) => Access::Read,
    };
    let name = String::from_utf8_lossy(section.name);
    let mut output = Output::new(name, access, Contents::Sections(Vec::new()));
    output.fixed = Some(address);
    output.zero = section.role == Role::Zero;
    output.add(object, index, section);
    output
}

/// Output sections with the names of their input sections, in the order in which the names first
/// occur.
#[derive(Default)]
pub struct ByName<'a> {
    /// All output sections.
    pub outputs: Vec<Output>,
    index: HashMap<&'a [u8], usize>,
}

impl<'a> ByName<'a> {
    /// The output section with this name, which `new` makes if there is none.
    pub fn output(&mut self, name: &'a [u8], new: impl FnOnce(String) -> Output) -> &mut Output {
        let index = *self.index.entry(name).or_insert_with(|| {
            self.outputs.push(new(text(name)));
            self.outputs.len() - 1
        });
        &mut self.outputs[index]
    }
}

fn note_output(name: String) -> Output {
    let mut output = Output::new(name, Access::Read, Contents::Notes(Vec::new()));
    // Readers of notes expect this alignment.
    output.align = 4;
    output
}

impl Layout {
    /// Sets the addresses of the input sections.
    pub fn addresses(&mut self, objects: &[Object<'_>]) {
        let count = objects.iter().map(|o| o.sections.len()).sum();
        self.addresses = vec![None; count];
        self.output_of = vec![0; count];
        let outputs = self.outputs.iter().chain(&self.debug);
        for (number, output) in outputs.enumerate() {
            if let Contents::Sections(members) | Contents::Notes(members) = &output.contents {
                for member in members {
                    let object = &objects[member.object as usize];
                    let id = object.section_id(member.section as usize);
                    let address = output.address + member.offset;
                    match self.merged.is_parted(id) {
                        true => {
                            let runs = self.runs.entry(id).or_default();
                            runs.push((member.start.into(), address));
                        }
                        false => self.addresses[id.index()] = Some(address),
                    }
                    self.output_of[id.index()] = number as u32;
                }
            }
        }
        self.runs.values_mut().for_each(|runs| runs.sort_unstable());
    }

    /// The output section with such contents.
    pub fn find(&self, is_it: impl Fn(&Contents) -> bool) -> Option<&Output> {
        self.outputs.iter().find(|o| is_it(&o.contents))
    }

    /// First address after the selected ordinary sections.
    pub fn end_of(&self, which: impl Fn(&Output) -> bool) -> Option<u64> {
        let ordinary = self.outputs.iter().filter(|o| o.fixed.is_none());
        ordinary.filter(|o| which(o)).map(Output::end).max()
    }

    /// The address of a byte of an input section; `None` if it is not in the file.
    pub fn address(&self, section: SectionId, offset: u64) -> Option<u64> {
        let (section, offset) = self.merged.kept(section, offset)?;
        let (start, address) = match self.runs.get(&section) {
            None => (0, self.addresses[section.index()]?),
            Some(runs) => {
                let after = runs.partition_point(|&(start, _)| start <= offset);
                runs[..after].last().copied()?
            }
        };
        Some(address.wrapping_add(offset - start))
    }

    /// The index of the output section that contains a byte of an input section, which must be in
    /// the image.
    pub fn output_of(&self, section: SectionId, offset: u64) -> u32 {
        let (section, _) = self
            .merged
            .kept(section, offset)
            .unwrap_or((section, offset));
        self.output_of[section.index()]
    }
}
