//! Phase four: which output sections there are, and where they lie in the address space and in the file.
//!
//! The ordinary image starts at the image base: constants, then code, then variables, a load segment
//! each, so that nothing is both writable and executable. Behind it lie the sections with fixed addresses, a
//! segment each, the regions last. In the file a segment follows the one before without a gap:
//! its address is chosen congruent to its offset, modulo the page size, and the page between two segments
//! is mapped twice. A fixed section's offset has to follow its address instead: regions, which start at pages,
//! come first, the others last. What is not loaded (symbol table, section headers) lies in the first gap
//! that it fits in.

use crate::input::{Object, Role, Section, SectionId};
use crate::reachability::Reachability;
use crate::unwind::Unwind;
use crate::{Error, Options, Result};
use wasi_aot_abi::symbols::sections::REGION;

/// The image's plan.
#[derive(Debug)]
pub struct Layout {
    /// The output sections, by address.
    pub outputs: Vec<Output>,
    /// The load segments, by address.
    pub segments: Vec<Segment>,
    /// By [`SectionId`]: its address, if it is in the image.
    pub addresses: Vec<u64>,
    /// By [`SectionId`]: the index of its output section, if it is in the image.
    pub output_of: Vec<u32>,
    /// Where in the file lies what is not loaded.
    pub tail_offset: u64,
    /// Bytes of the file.
    pub file_size: u64,
    /// What addresses and offsets of segments are congruent to.
    pub page: u64,
}

/// An output section.
#[derive(Debug)]
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
#[derive(Debug)]
pub enum Contents {
    /// Input sections: object, index in it and offset in the output section.
    Sections(Vec<Member>),
    /// Notes, likewise.
    Notes(Vec<Member>),
    /// The records of the call frame information.
    Unwind,
    /// Their search table.
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
    fn new(name: impl Into<String>, access: Access, contents: Contents) -> Self {
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

    fn synthetic(name: &str, contents: Contents, align: u64, size: u64) -> Self {
        Output {
            align,
            size,
            ..Output::new(name, Access::Read, contents)
        }
    }

    fn members(&mut self) -> Option<&mut Vec<Member>> {
        match &mut self.contents {
            Contents::Sections(members) | Contents::Notes(members) => Some(members),
            Contents::Unwind | Contents::UnwindIndex | Contents::Got => None,
        }
    }

    fn add(&mut self, object: usize, index: usize, section: &Section<'_>) {
        self.align = self.align.max(section.align);
        let offset = self.size.next_multiple_of(section.align);
        // Sizes are below 4 GiB each (see Role): no number of sections makes this overflow.
        self.size = offset + section.size;
        if let Some(members) = self.members() {
            members.push(Member {
                object: object as u32,
                section: index as u32,
                offset,
            });
        }
    }

    fn is_region(&self) -> bool {
        self.fixed.is_some() && self.name.starts_with(REGION)
    }

    fn has_own_segment(&self) -> bool {
        self.fixed.is_some() && self.size > 0
    }

    /// Bytes in the file.
    fn file_size(&self) -> u64 {
        if self.zero { 0 } else { self.size }
    }

    fn end(&self) -> u64 {
        self.address + self.size + self.padding
    }
}

/// Bytes of the header of `.eh_frame_hdr`, and of each entry of its table.
pub const UNWIND_INDEX_HEADER: u64 = 12;
/// See [`UNWIND_INDEX_HEADER`].
pub const UNWIND_INDEX_ENTRY: u64 = 8;
/// Bytes of an entry of the GOT.
pub const GOT_ENTRY: u64 = 8;

/// Which output sections there are, and what is in them, in the order of their addresses. Empty ones
/// are left out. `page`: the smallest size of a page.
pub fn collect(
    objects: &[Object<'_>],
    fixed: &[Option<u64>],
    reachability: &Reachability,
    unwind: Option<&mut Unwind>,
    page: u64,
) -> Vec<Output> {
    let sections = || Contents::Sections(Vec::new());
    let mut notes = Vec::<Output>::new();
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
                Role::Note => note_output(&mut notes, section),
                // Never live.
                Role::Ignored | Role::Unwind | Role::ThreadLocal => continue,
            };
            output.add(number, index, section);
        }
    }
    at_fixed.sort_by_key(|o| o.fixed);
    join_variables(&mut at_fixed, [&mut data, &mut zero], objects, page);
    let mut outputs = notes;
    outputs.push(constants);
    if let Some(unwind) = unwind {
        let size = unwind.place();
        let index = UNWIND_INDEX_HEADER + UNWIND_INDEX_ENTRY * unwind.function_count();
        let index = if size == 0 { 0 } else { index };
        outputs.push(Output::synthetic(
            ".eh_frame_hdr",
            Contents::UnwindIndex,
            4,
            index,
        ));
        outputs.push(Output::synthetic(".eh_frame", Contents::Unwind, 8, size));
    }
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

/// Notes keep their names: each name is a section.
fn note_output<'o>(notes: &'o mut Vec<Output>, section: &Section<'_>) -> &'o mut Output {
    let name = String::from_utf8_lossy(section.name);
    let found = notes.iter().position(|o| o.name == name);
    let index = found.unwrap_or_else(|| {
        let mut output = Output::new(name, Access::Read, Contents::Notes(Vec::new()));
        // What reads notes takes them to be aligned so.
        output.align = 4;
        notes.push(output);
        notes.len() - 1
    });
    &mut notes[index]
}

/// Number of load segments that these output sections make; the headers are in the first.
pub fn segment_count(outputs: &[Output]) -> usize {
    let ordinary = [Access::Execute, Access::Write]
        .into_iter()
        .filter(|&a| outputs.iter().any(|o| o.fixed.is_none() && o.access == a))
        .count();
    1 + ordinary + outputs.iter().filter(|o| o.has_own_segment()).count()
}

/// Gives everything its place. `headers` and `tail`: bytes at the start of the file, and of what is
/// not loaded.
pub fn place(
    mut outputs: Vec<Output>,
    objects: &[Object<'_>],
    options: &Options,
    headers: u64,
    tail: u64,
) -> Result<Layout> {
    let mut placer = Placer {
        page: options.page,
        address: options.image_base,
        offset: 0,
        segments: Vec::new(),
        tail,
        tail_offset: None,
    };
    let first_fixed = outputs.partition_point(|o| o.fixed.is_none());
    let (ordinary, fixed) = outputs.split_at_mut(first_fixed);
    placer.ordinary(ordinary, headers)?;
    let limit = match fixed.first() {
        Some(first) => first.fixed.unwrap_or(0) / options.page * options.page,
        // Offsets between any two places are signed 32-bit numbers.
        None => options.image_base.saturating_add(i32::MAX as u64),
    };
    if placer.address > limit {
        let end = placer.address;
        return Err(Error::TooLarge { end, limit });
    }
    placer.fixed(fixed)?;
    let tail_offset = placer.tail();
    let mut layout = Layout {
        outputs,
        segments: placer.segments,
        addresses: Vec::new(),
        output_of: Vec::new(),
        tail_offset,
        file_size: placer.offset,
        page: options.page,
    };
    layout.addresses(objects);
    Ok(layout)
}

/// What the tables that are not loaded are aligned to.
const TAIL_ALIGN: u64 = 8;

struct Placer {
    page: u64,
    /// Behind what is placed.
    address: u64,
    /// Behind what is placed.
    offset: u64,
    segments: Vec<Segment>,
    tail: u64,
    tail_offset: Option<u64>,
}

impl Placer {
    fn ordinary(&mut self, outputs: &mut [Output], headers: u64) -> Result<()> {
        if !self.address.is_multiple_of(self.page) {
            return Err(Error::Fixed {
                section: "headers".into(),
                address: self.address,
                why: "the image's base is not at the start of a page",
            });
        }
        self.start(Access::Read, 1);
        self.offset += headers;
        self.address += headers;
        for access in [Access::Read, Access::Execute, Access::Write] {
            let members = || outputs.iter().filter(|o| o.access == access);
            if access != Access::Read {
                if members().count() == 0 {
                    continue;
                }
                let align = members().map(|o| o.align).max().unwrap_or(1);
                self.start(access, align);
            }
            for output in outputs.iter_mut().filter(|o| o.access == access) {
                let padding = self.address.next_multiple_of(output.align) - self.address;
                self.address += padding;
                self.offset += if output.zero { 0 } else { padding };
                self.put(output)?;
            }
            self.end();
        }
        Ok(())
    }

    /// Opens a segment at the first suitable address.
    fn start(&mut self, access: Access, align: u64) {
        self.offset = self.offset.next_multiple_of(align);
        self.address = self.address.next_multiple_of(self.page) + self.offset % self.page;
        self.open(access);
    }

    /// Opens a segment here.
    fn open(&mut self, access: Access) {
        self.segments.push(Segment {
            access,
            address: self.address,
            offset: self.offset,
            file_size: 0,
            memory_size: 0,
        });
    }

    /// Closes the segment that was opened last.
    fn end(&mut self) {
        if let Some(segment) = self.segments.last_mut() {
            segment.file_size = self.offset - segment.offset;
            segment.memory_size = self.address - segment.address;
        }
    }

    fn put(&mut self, output: &mut Output) -> Result<()> {
        output.address = self.address;
        output.offset = self.offset;
        let end = self.address.checked_add(output.size);
        self.address = end.ok_or(Error::TooLarge {
            end: u64::MAX,
            limit: u64::MAX,
        })?;
        self.offset += output.file_size();
        Ok(())
    }

    fn fixed(&mut self, outputs: &mut [Output]) -> Result<()> {
        let mut regions_began = false;
        for output in outputs.iter_mut() {
            output.address = output.fixed.unwrap_or(0);
            self.check_fixed(output, regions_began)?;
            if output.is_region() {
                regions_began = true;
                output.padding = output.size.next_multiple_of(self.page) - output.size;
            }
            self.address = output.end();
        }
        // The offsets of regions are multiples of the page. Those of others follow from their addresses, so they come last.
        let (others, regions) = outputs.split_at_mut(outputs.partition_point(|o| !o.is_region()));
        for output in regions.iter_mut().chain(others) {
            let distance = output.address.wrapping_sub(self.offset) % self.page;
            self.skip(distance);
            output.offset = self.offset;
            self.offset += output.file_size();
        }
        for output in outputs.iter().filter(|o| o.has_own_segment()) {
            self.segments.push(Segment {
                access: output.access,
                address: output.address,
                offset: output.offset,
                file_size: output.file_size(),
                memory_size: output.size + output.padding,
            });
        }
        Ok(())
    }

    fn check_fixed(&self, output: &Output, regions_began: bool) -> Result<()> {
        let address = output.address;
        let align = match output.is_region() {
            true => self.page,
            false => output.align,
        };
        let why = if address / self.page < self.address.div_ceil(self.page) {
            "another section has that page"
        } else if !address.is_multiple_of(align) {
            "that is not aligned"
        } else if address > u64::MAX / 2 {
            // A section ends below 4 GiB behind its start: what follows cannot overflow.
            "that is not an address of a program"
        } else if regions_began && !output.is_region() {
            "regions have the highest addresses"
        } else {
            return Ok(());
        };
        Err(Error::Fixed {
            section: output.name.clone(),
            address,
            why,
        })
    }

    /// Leaves out bytes of the file, or fills them with what is not loaded, if it fits and has no place yet.
    fn skip(&mut self, distance: u64) {
        let end = self.offset + distance;
        if self.offset.next_multiple_of(TAIL_ALIGN) + self.tail <= end {
            self.tail();
        }
        self.offset = end;
    }

    /// Reserves the place for what is not loaded, here unless it has one.
    fn tail(&mut self) -> u64 {
        *self.tail_offset.get_or_insert_with(|| {
            let offset = self.offset.next_multiple_of(TAIL_ALIGN);
            self.offset = offset + self.tail;
            offset
        })
    }
}

impl Layout {
    /// Fills in the addresses of the input sections.
    fn addresses(&mut self, objects: &[Object<'_>]) {
        let count = objects.iter().map(|o| o.sections.len()).sum();
        self.addresses = vec![0; count];
        self.output_of = vec![0; count];
        for (number, output) in self.outputs.iter().enumerate() {
            if let Contents::Sections(members) | Contents::Notes(members) = &output.contents {
                for member in members {
                    let object = &objects[member.object as usize];
                    let id = object.section_id(member.section as usize);
                    self.addresses[id.index()] = output.address + member.offset;
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

    /// The address of an input section.
    pub fn address(&self, section: SectionId) -> u64 {
        self.addresses[section.index()]
    }
}
