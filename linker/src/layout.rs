//! Phase five, first part: which output sections there are.
//!
//! The ordinary image starts at the image base: constants, then code, then variables, a load segment
//! each, so that nothing is both writable and executable. Behind it lie the sections with fixed addresses, a
//! segment each, the regions last.

use crate::format::Unwind;
use crate::input::{Object, Role, Section, SectionId, text};
use crate::merge::Merged;
use crate::reachability::Reachability;
use std::collections::HashMap;
use std::ops::Range;
use wasi_aot_abi::symbols::sections::REGION;

/// The image's plan.
#[derive(Debug)]
pub struct Layout {
    /// The output sections, by address.
    pub outputs: Vec<Output>,
    /// The debug sections, which are not loaded: their addresses are 0.
    pub debug: Vec<Output>,
    /// The load segments, by address.
    pub segments: Vec<Segment>,
    /// Which constants are the same.
    pub merged: Merged,
    /// By [`SectionId`]: its address, if all of it is in the file.
    pub addresses: Vec<Option<u64>>,
    /// Of sections of which pieces are left out: where runs of those that are not start in the
    /// section, and their addresses.
    pub runs: HashMap<SectionId, Vec<(u64, u64)>>,
    /// By [`SectionId`]: the index of its output section, if something of it is in the image.
    pub output_of: Vec<u32>,
    /// Where in the file lie the parts of what is not loaded.
    pub tail_offsets: Vec<u64>,
    /// Bytes of the file.
    pub file_size: u64,
    /// What addresses and offsets of segments are congruent to.
    pub page: u64,
}

/// An output section.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// What the program may do with it.
    pub access: Access,
    /// What it is made of.
    pub contents: Contents,
    /// A power of two.
    pub align: u64,
    /// Its address, if it is fixed.
    pub fixed: Option<u64>,
    /// First address.
    pub address: u64,
    /// Offset in the file.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
    /// Bytes behind them in the address space that are its own, too: zero, and not in the file.
    pub padding: u64,
    /// It has no bytes in the file.
    pub zero: bool,
}

/// What an output section is made of.
#[derive(Clone, Debug)]
pub enum Contents {
    /// Input sections: object, index in it and offset in the output section.
    Sections(Vec<Member>),
    /// Notes, likewise.
    Notes(Vec<Member>),
    /// The records of the unwind tables.
    Unwind,
    /// The table in which they are searched.
    UnwindIndex,
    /// The global offset table.
    Got,
}

/// An input section in an output section.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Index of the object.
    pub object: u32,
    /// Index of the section in it.
    pub section: u32,
    /// Offset in the output section.
    pub offset: u64,
    /// Where its bytes start in those of the section.
    pub start: u32,
    /// Where they end.
    pub end: u32,
}

/// What a program may do with a part of the image. Everything can be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Access {
    /// Nothing else.
    Read,
    /// Execute it.
    Execute,
    /// Write to it.
    Write,
}

/// A load segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// For all of it.
    pub access: Access,
    /// First address.
    pub address: u64,
    /// Offset in the file; congruent to the address, modulo the page size.
    pub offset: u64,
    /// Bytes in the file.
    pub file_size: u64,
    /// Bytes in the address space; zero behind those in the file.
    pub memory_size: u64,
}

impl Output {
    /// An empty one.
    pub fn new(name: impl Into<String>, access: Access, contents: Contents) -> Self {
        Output {
            name: name.into(),
            access,
            contents,
            align: 1,
            fixed: None,
            address: 0,
            offset: 0,
            size: 0,
            padding: 0,
            zero: false,
        }
    }

    /// One that no input section is part of.
    pub fn synthetic(name: &str, contents: Contents, align: u64, size: u64) -> Self {
        Output {
            align,
            size,
            ..Output::new(name, Access::Read, contents)
        }
    }

    /// The input sections that it is made of.
    pub fn members(&mut self) -> Option<&mut Vec<Member>> {
        match &mut self.contents {
            Contents::Sections(members) | Contents::Notes(members) => Some(members),
            Contents::Unwind | Contents::UnwindIndex | Contents::Got => None,
        }
    }

    /// Puts an input section at its end.
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

    /// Puts a run of bytes of an input section at its end. Each keeps the alignment that it has in
    /// the section.
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
        // Sizes are below 4 GiB each (see Role): no number of sections makes this overflow.
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

    /// Whether it is a part of a region.
    pub fn is_region(&self) -> bool {
        self.fixed.is_some() && self.name.starts_with(REGION)
    }

    /// Whether it is a load segment by itself.
    pub fn has_own_segment(&self) -> bool {
        self.fixed.is_some() && self.size > 0
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

/// Bytes of an entry of the GOT.
pub const GOT_ENTRY: u64 = 8;

/// Which output sections there are, and what is in them, in the order of their addresses. Empty ones
/// are left out. `page`: the smallest size of a page.
pub fn collect(
    objects: &[Object<'_>],
    fixed: &[Option<u64>],
    reachability: &Reachability,
    merged: &Merged,
    unwind: &mut dyn Unwind,
    page: u64,
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
                // Never live.
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
    join_variables(&mut at_fixed, [&mut data, &mut zero], objects, page);
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

/// Puts variables behind the variables at a fixed address if they fit on their last page: nearly every program writes to
/// both, and each page costs its start a fault. What starts as zero is in the file there.
fn join_variables(
    at_fixed: &mut [Output],
    variables: [&mut Output; 2],
    objects: &[Object<'_>],
    page: u64,
) {
    let state = at_fixed
        .iter_mut()
        .rfind(|o| o.access == Access::Write && !o.zero && !o.is_region());
    let Some(state) = state else { return };
    let start = state.fixed.unwrap_or(0);
    let last = (start + state.size) / page * page;
    for output in variables {
        let behind = (start + state.size).next_multiple_of(output.align) + output.size;
        if output.align > page || behind > last + page {
            continue;
        }
        for member in output.members().map(std::mem::take).unwrap_or_default() {
            let (object, index) = (member.object as usize, member.section as usize);
            state.add(object, index, &objects[object].sections[index]);
        }
        output.size = 0;
    }
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

/// Output sections that keep the names of the input sections that they are made of, in the order of
/// their first.
#[derive(Default)]
pub struct ByName<'a> {
    /// All of them.
    pub outputs: Vec<Output>,
    index: HashMap<&'a [u8], usize>,
}

impl<'a> ByName<'a> {
    /// The one of this name, which `new` makes where there is none.
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
    // What reads notes takes them to be aligned so.
    output.align = 4;
    output
}

impl Layout {
    /// Fills in the addresses of the input sections.
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
    }

    /// The output section with these contents.
    pub fn find(&self, is_it: impl Fn(&Contents) -> bool) -> Option<&Output> {
        self.outputs.iter().find(|o| is_it(&o.contents))
    }

    /// First address behind the ordinary sections that `which` says.
    pub fn end_of(&self, which: impl Fn(&Output) -> bool) -> Option<u64> {
        let ordinary = self.outputs.iter().filter(|o| o.fixed.is_none());
        ordinary.filter(|o| which(o)).map(Output::end).max()
    }

    /// The address of a byte of an input section; none, if it is not in the file.
    pub fn address(&self, section: SectionId, offset: u64) -> Option<u64> {
        let (section, offset) = self.merged.kept(section, offset);
        let (start, address) = match self.runs.get(&section) {
            None => (0, self.addresses[section.index()]?),
            Some(runs) => {
                let after = runs.partition_point(|&(start, _)| start <= offset);
                runs[..after].last().copied()?
            }
        };
        Some(address.wrapping_add(offset - start))
    }

    /// The index of the output section of a byte of an input section, if it is in the image.
    pub fn output_of(&self, section: SectionId, offset: u64) -> u32 {
        self.output_of[self.merged.kept(section, offset).0.index()]
    }
}
