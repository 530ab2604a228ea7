//! Phase five, second part: places the output sections in the address space and in the file.
//!
//! In the file, each segment follows the previous one without a gap: its address is congruent to
//! its offset, modulo the page size, and the page on the boundary is mapped twice. For a fixed
//! section the offset has to follow from the address: regions, which start at page boundaries, come
//! first, the others last. All fixed sections are inserted where this leaves the fewest unused
//! bytes in the file: after the constants, the code or the variables, between two functions, or
//! before the unwind information. The parts that are not loaded (symbol table, names, section
//! headers) go into the first gaps that are large enough, debug sections at the end.

use crate::anchor;
use crate::format::{Format, Kept, Tail};
use crate::input::Object;
use crate::layout::{Access, Contents, Layout, Member, Output, Segment};
use crate::merge::Merged;
use crate::{Error, Options, Result};
use std::collections::HashMap;

/// The number of load segments for these output sections; the headers are in the first.
pub fn segment_count(outputs: &[Output], page: u64) -> usize {
    let (ordinary, fixed) = parts(outputs);
    let constants = usize::from(ordinary.first().is_some_and(|o| o.access == Access::Read));
    let joined = usize::from(anchor::joined_variables(ordinary, fixed).is_some());
    let ordinary = ordinary.chunk_by(share_segment).count();
    1 - constants + ordinary - joined + runs(fixed, page).count()
}

/// The fixed sections that are a segment each, or several together.
fn runs(fixed: &[Output], page: u64) -> impl Iterator<Item = &[Output]> {
    let runs = fixed.chunk_by(move |one, next| one.continues(next, page));
    runs.filter(|run| run.iter().any(|output| output.size > 0))
}

/// Splits output sections into ordinary ones and those with a fixed address.
pub fn parts(outputs: &[Output]) -> (&[Output], &[Output]) {
    outputs.split_at(outputs.partition_point(|o| o.fixed.is_none()))
}

/// Whether an ordinary output section and the next one share a segment. Code that consists of
/// several sections was split on purpose, so it does not.
pub fn share_segment(one: &Output, next: &Output) -> bool {
    one.access == next.access && one.access != Access::Execute
}

/// The number of bytes that must be saved to justify another segment, which takes a system call at
/// start.
const WORTH: u64 = 2 * 1024;

/// Places everything. Also returns the part of the image that is not loaded.
pub fn place(
    outputs: Vec<Output>,
    merged: Merged,
    kept: &Kept<'_, '_>,
    format: &dyn Format,
    options: &Options,
) -> Result<(Layout, Box<dyn Tail>)> {
    let mut best = Plan::new(outputs.clone(), kept, format, options)?;
    for order in ORDERS {
        if best.unused < WORTH {
            break;
        }
        let Some(outputs) = order.of(&outputs, kept.objects, format, options)? else {
            continue;
        };
        // A plan with another segment may not fit.
        if let Ok(other) = Plan::new(outputs, kept, format, options)
            && other.cost() <= best.cost()
        {
            best = other;
        }
    }
    let placer = best.placer;
    let mut layout = Layout {
        outputs: best.outputs,
        debug: kept.debug.to_vec(),
        segments: placer.segments,
        merged,
        addresses: Vec::new(),
        runs: HashMap::new(),
        output_of: Vec::new(),
        tail_offsets: placer
            .tail
            .iter()
            .map(|part| part.offset.unwrap_or(0))
            .collect(),
        file_size: placer.offset,
        page: options.page,
    };
    // Debug sections have no address, so they can be last.
    for output in &mut layout.debug {
        output.offset = layout.file_size.next_multiple_of(output.align);
        layout.file_size = output.offset + output.size;
    }
    layout.addresses(kept.objects);
    Ok((layout, best.tail))
}

/// One possible placement.
struct Plan {
    placer: Placer,
    outputs: Vec<Output>,
    tail: Box<dyn Tail>,
    /// Unused bytes in the file.
    unused: u64,
}

impl Plan {
    fn new(
        outputs: Vec<Output>,
        kept: &Kept<'_, '_>,
        format: &dyn Format,
        options: &Options,
    ) -> Result<Plan> {
        let anchored = anchor::anchored(&outputs, kept.objects, format, options)?;
        let mut outputs = anchored.unwrap_or(outputs);
        let tail = format.tail(kept, &outputs, options.detail)?;
        let sizes = Sizes {
            headers: format.headers_size(&outputs, options.page),
            tail: tail.sizes(),
        };
        let after = fixed_after(&mut outputs, options, &sizes);
        let placer = Placer::place(&mut outputs, options, &sizes, after)?;
        let used = outputs.iter().map(Output::file_size).chain(sizes.tail);
        let unused = placer.offset - sizes.headers - used.sum::<u64>();
        Ok(Plan {
            placer,
            outputs,
            tail,
            unused,
        })
    }

    /// The size of the file, plus the cost of its segments at start, in bytes.
    fn cost(&self) -> u64 {
        self.placer.offset + WORTH * self.placer.segments.len() as u64
    }
}

/// An order of the output sections that may leave fewer unused bytes in the file.
struct Order {
    /// Whether unwind information follows the code, in its own segment: a normally running program
    /// does not read it.
    unwind_last: bool,
    /// How the code is split, if at all.
    parted: Option<Fill>,
}

/// The alternatives to the usual order, those with fewer segments first.
const ORDERS: [Order; 5] = [
    Order::new(false, Some(Fill::MostOfPage)),
    Order::new(false, Some(Fill::SmallOnly)),
    Order::new(true, None),
    Order::new(true, Some(Fill::MostOfPage)),
    Order::new(true, Some(Fill::SmallOnly)),
];

impl Order {
    const fn new(unwind_last: bool, parted: Option<Fill>) -> Self {
        Order {
            unwind_last,
            parted,
        }
    }

    /// The output sections in this order; `None` if it is not possible for them.
    fn of(
        &self,
        outputs: &[Output],
        objects: &[Object<'_>],
        format: &dyn Format,
        options: &Options,
    ) -> Result<Option<Vec<Output>>> {
        let outputs = match self.unwind_last {
            true => unwind_after_code(outputs),
            false => Some(outputs.to_vec()),
        };
        match (outputs, self.parted) {
            (Some(outputs), Some(fill)) => part(&outputs, objects, format, options, fill),
            (outputs, _) => Ok(outputs),
        }
    }
}

/// The output sections with unwind information after the code. `None` if either is missing.
fn unwind_after_code(outputs: &[Output]) -> Option<Vec<Output>> {
    let is_unwind = |o: &Output| matches!(o.contents, Contents::Unwind | Contents::UnwindIndex);
    let code = outputs.iter().position(is_code)?;
    let (before, after) = outputs.split_at(code + 1);
    let (unwind, mut others): (Vec<_>, Vec<_>) = before.iter().cloned().partition(is_unwind);
    if unwind.is_empty() {
        return None;
    }
    others.extend(unwind);
    others.extend_from_slice(after);
    Some(others)
}

fn is_code(output: &Output) -> bool {
    output.fixed.is_none() && output.access == Access::Execute
}

/// The number of the ordinary segment after which fixed sections make the smallest file; the last
/// one if several do.
fn fixed_after(outputs: &mut [Output], options: &Options, sizes: &Sizes) -> usize {
    let ordinary = parts(outputs).0.chunk_by(share_segment).count();
    let mut size = |after| {
        let placed = Placer::place(outputs, options, sizes, after);
        placed.map_or(u64::MAX, |placer| placer.offset)
    };
    let best = (0..ordinary).rev().min_by_key(|&after| size(after));
    best.unwrap_or(0)
}

/// The functions in the first part of split code.
#[derive(Clone, Copy)]
enum Fill {
    /// All functions up to the one that ends closest to a page boundary, and small ones that fill
    /// the page.
    MostOfPage,
    /// Only small functions, up to the first page boundary.
    SmallOnly,
}

/// Splits the code in two, so that the first part ends at or shortly before a page boundary in the
/// file; `None` if this is not possible.
fn part(
    outputs: &[Output],
    objects: &[Object<'_>],
    format: &dyn Format,
    options: &Options,
    fill: Fill,
) -> Result<Option<Vec<Output>>> {
    let Some(index) = outputs.iter().position(is_code) else {
        return Ok(None);
    };
    let Contents::Sections(members) = &outputs[index].contents else {
        return Ok(None);
    };
    // The size of the headers does not depend on where the code is split.
    let sizes = Sizes {
        headers: format.headers_size(
            &replaced(outputs, index, Vec::new(), Vec::new(), objects),
            options.page,
        ),
        tail: Vec::new(),
    };
    let mut constants = outputs[..index].to_vec();
    let placer = Placer::place(&mut constants, options, &sizes, 0)?;
    let start = placer.offset.next_multiple_of(outputs[index].align);
    let page_end = |at: usize| (start + members[at].offset).next_multiple_of(options.page) - start;
    let nearest = || (1..members.len()).min_by_key(|&at| page_end(at) - members[at].offset);
    let at = match fill {
        Fill::MostOfPage => nearest(),
        Fill::SmallOnly => (members.len() > 1).then_some(0),
    };
    let Some(at) = at else {
        return Ok(None);
    };
    let (room, mut end) = (page_end(at), members[at].offset);
    let (mut first, mut second) = (members[..at].to_vec(), Vec::new());
    // Functions that fit fill the rest of the page.
    for &member in &members[at..] {
        let section = &objects[member.object as usize].sections[member.section as usize];
        let after = end.next_multiple_of(section.align) + section.size;
        if after <= room {
            end = after;
            first.push(member);
        } else {
            second.push(member);
        }
    }
    if first.is_empty() || second.is_empty() {
        return Ok(None);
    }
    Ok(Some(replaced(outputs, index, first, second, objects)))
}

/// Replaces the code section by two with these members.
fn replaced(
    outputs: &[Output],
    index: usize,
    first: Vec<Member>,
    second: Vec<Member>,
    objects: &[Object<'_>],
) -> Vec<Output> {
    let mut outputs = outputs.to_vec();
    let name = &outputs[index].name;
    let parts = [(name.clone(), first), (format!("{name}.1"), second)];
    let parts = parts.map(|(name, members)| {
        let mut part = Output::new(name, Access::Execute, Contents::Sections(Vec::new()));
        for member in members {
            let (object, section) = (member.object as usize, member.section as usize);
            part.add(object, section, &objects[object].sections[section]);
        }
        part
    });
    outputs.splice(index..=index, parts);
    outputs
}

/// The alignment of the tables that are not loaded.
const TAIL_ALIGN: u64 = 8;

/// Sizes of the parts that come from no input section.
pub struct Sizes {
    /// The headers at the start of the file.
    pub headers: u64,
    /// The parts that are not loaded.
    pub tail: Vec<u64>,
}

/// A part that is not loaded.
struct Part {
    size: u64,
    /// `None`: not placed yet.
    offset: Option<u64>,
}

pub struct Placer {
    /// The page size.
    pub page: u64,
    /// The address after everything that has been placed.
    address: u64,
    /// The offset after everything that has been placed.
    pub offset: u64,
    /// The segments so far.
    pub segments: Vec<Segment>,
    tail: Vec<Part>,
}

impl Placer {
    /// Places all sections. Fixed sections follow the ordinary segment with this number in the
    /// file.
    pub fn place(
        outputs: &mut [Output],
        options: &Options,
        sizes: &Sizes,
        fixed_after: usize,
    ) -> Result<Placer> {
        if !options.image_base.is_multiple_of(options.page) {
            return Err(Error::Fixed {
                section: "headers".into(),
                address: options.image_base,
                why: "the image's base is not at the start of a page",
            });
        }
        let mut placer = Placer {
            page: options.page,
            address: options.image_base,
            offset: 0,
            segments: Vec::new(),
            tail: sizes
                .tail
                .iter()
                .map(|&size| Part { size, offset: None })
                .collect(),
        };
        let first_fixed = outputs.partition_point(|o| o.fixed.is_none());
        let (ordinary, fixed) = outputs.split_at_mut(first_fixed);
        placer.fixed_addresses(fixed)?;
        placer.start(Access::Read, 1);
        placer.offset += sizes.headers;
        placer.address += sizes.headers;
        placer.end();
        if ordinary.is_empty() {
            placer.fixed_offsets(fixed);
        }
        for (number, outputs) in ordinary.chunk_by_mut(share_segment).enumerate() {
            placer.ordinary(outputs, number == 0)?;
            if number == fixed_after {
                placer.fixed_offsets(fixed);
            }
        }
        if ordinary.iter().any(|o| o.anchor.is_some()) {
            placer.anchor(ordinary, fixed, options)?;
            placer.fill(u64::MAX);
            return Ok(placer);
        }
        let limit = match fixed.first() {
            Some(first) => first.fixed.unwrap_or(0) / options.page * options.page,
            // Distances between any two locations must fit in signed 32-bit numbers.
            None => options.image_base.saturating_add(i32::MAX as u64),
        };
        if placer.address > limit {
            let end = placer.address;
            return Err(Error::TooLarge { end, limit });
        }
        placer.fixed_segments(fixed);
        placer.fill(u64::MAX);
        Ok(placer)
    }

    /// Places the ordinary sections of one segment. The first constants share the open segment of
    /// the headers.
    fn ordinary(&mut self, outputs: &mut [Output], first: bool) -> Result<()> {
        let access = outputs.first().map(|o| o.access);
        if let Some(access) = access.filter(|&access| !first || access != Access::Read) {
            let align = outputs.iter().map(|o| o.align).max().unwrap_or(1);
            self.start(access, align);
        }
        for output in outputs {
            let padding = self.address.next_multiple_of(output.align) - self.address;
            self.address += padding;
            self.offset += if output.zero { 0 } else { padding };
            if let Some(anchor) = output.anchor {
                let distance = anchor.wrapping_sub(self.offset) % self.page;
                self.address += distance;
                self.skip(distance);
            }
            self.put(output)?;
        }
        self.end();
        Ok(())
    }

    /// Opens a segment at the next suitable address.
    fn start(&mut self, access: Access, align: u64) {
        self.offset = self.offset.next_multiple_of(align);
        self.address = self.address.next_multiple_of(self.page) + self.offset % self.page;
        self.open(access);
    }

    /// Opens a segment at the current address.
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

    fn fixed_addresses(&self, outputs: &mut [Output]) -> Result<()> {
        let (mut regions_began, mut end) = (false, 0);
        for output in outputs.iter_mut() {
            output.address = output.fixed.unwrap_or(0);
            self.check_fixed(output, end, regions_began)?;
            if output.is_region() {
                regions_began = true;
                output.padding = output.size.next_multiple_of(self.page) - output.size;
            }
            end = output.end();
        }
        Ok(())
    }

    fn fixed_offsets(&mut self, outputs: &mut [Output]) {
        // The offsets of regions are multiples of the page size. The offsets of the others follow
        // from their addresses, so these come last.
        let (others, regions) = outputs.split_at_mut(outputs.partition_point(|o| !o.is_region()));
        for output in regions.iter_mut().chain(others) {
            let distance = output.address.wrapping_sub(self.offset) % self.page;
            if output.zero {
                // It takes no bytes in the file: any congruent offset will do.
                let offset = self.offset + distance;
                output.offset = offset.checked_sub(self.page).unwrap_or(offset);
                continue;
            }
            self.skip(distance);
            output.offset = self.offset;
            self.offset += output.file_size();
        }
    }

    /// Adds the segments of the fixed sections.
    pub fn fixed_segments(&mut self, outputs: &[Output]) {
        for run in runs(outputs, self.page) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                // Kernels before 6.6 map a page of the file where zeros do not start at a page.
                let before = if first.zero {
                    first.address % self.page
                } else {
                    0
                };
                let address = first.address - before;
                self.segments.push(Segment {
                    access: first.access,
                    address,
                    offset: first.offset - before,
                    file_size: first.file_size(),
                    memory_size: last.end() - address,
                });
            }
        }
    }

    /// Checks a fixed section. `end`: the end of the previous one in the address space.
    fn check_fixed(&self, output: &Output, end: u64, regions_began: bool) -> Result<()> {
        let address = output.address;
        let align = match output.is_region() {
            true => self.page,
            false => output.align,
        };
        let shares = output.zero && output.access == Access::Write && address >= end;
        let why = if address / self.page < end.div_ceil(self.page) && !shares {
            "another section has that page"
        } else if !address.is_multiple_of(align) {
            "that is not aligned"
        } else if address > u64::MAX / 2 {
            // A section ends less than 4 GiB after its start, so later sums cannot overflow.
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

    /// Skips bytes of the file, and puts unloaded parts into them if they fit.
    fn skip(&mut self, distance: u64) {
        let end = self.offset + distance;
        self.fill(end);
        self.offset = end;
    }

    /// Puts the unloaded parts that are not placed yet here, if they end before this offset.
    fn fill(&mut self, end: u64) {
        for part in self.tail.iter_mut().filter(|part| part.offset.is_none()) {
            let offset = self.offset.next_multiple_of(TAIL_ALIGN);
            if offset.saturating_add(part.size) <= end {
                part.offset = Some(offset);
                self.offset = offset + part.size;
            }
        }
    }
}
