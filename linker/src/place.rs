//! Phase five, second part: where the output sections lie in the address space and in the file.
//!
//! In the file a segment follows the one before without a gap: its address is chosen congruent to its offset, modulo the page
//! size, and the page between two segments is mapped twice. A fixed section's offset has to follow its address instead: regions,
//! which start at pages, come first, the others last. All of these stand where that leaves the least of the file unused: after
//! the constants, the code or the variables, between two functions, or before the unwind information. What is not loaded (symbol table, names, section headers)
//! lies in the first gaps that it fits in, debug sections at the end.

use crate::format::{Format, Kept, Tail};
use crate::input::Object;
use crate::layout::{Access, Contents, Layout, Member, Output, Segment};
use crate::merge::Merged;
use crate::{Error, Options, Result};
use std::collections::HashMap;

/// Number of load segments that these output sections make; the headers are in the first.
pub fn segment_count(outputs: &[Output]) -> usize {
    let (ordinary, fixed) = parts(outputs);
    let constants = usize::from(ordinary.first().is_some_and(|o| o.access == Access::Read));
    let ordinary = ordinary.chunk_by(share_segment).count();
    1 - constants + ordinary + fixed.iter().filter(|o| o.has_own_segment()).count()
}

/// The ordinary output sections, and those with a fixed address.
fn parts(outputs: &[Output]) -> (&[Output], &[Output]) {
    outputs.split_at(outputs.partition_point(|o| o.fixed.is_none()))
}

/// Whether an ordinary output section and the next are of one segment. Code is more than one section only to be apart.
fn share_segment(one: &Output, next: &Output) -> bool {
    one.access == next.access && one.access != Access::Execute
}

/// Bytes by which the file has to become smaller for one segment more, which costs the start a system call.
const WORTH: u64 = 2 * 1024;

/// Gives everything its place. What of the image is not loaded comes back, too.
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
        // One segment more may not fit.
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
    // What is not loaded has no address, so it can be last.
    for output in &mut layout.debug {
        output.offset = layout.file_size.next_multiple_of(output.align);
        layout.file_size = output.offset + output.size;
    }
    layout.addresses(kept.objects);
    Ok((layout, best.tail))
}

/// One way to place everything.
struct Plan {
    placer: Placer,
    outputs: Vec<Output>,
    tail: Box<dyn Tail>,
    /// Bytes of the file.
    unused: u64,
}

impl Plan {
    fn new(
        mut outputs: Vec<Output>,
        kept: &Kept<'_, '_>,
        format: &dyn Format,
        options: &Options,
    ) -> Result<Plan> {
        let tail = format.tail(kept, &outputs, options.detail)?;
        let sizes = Sizes {
            headers: format.headers_size(&outputs),
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

    /// Bytes of the file, and what its segments cost the start.
    fn cost(&self) -> u64 {
        self.placer.offset + WORTH * self.placer.segments.len() as u64
    }
}

/// An order of the output sections that may leave less of the file unused.
struct Order {
    /// Whether unwind information follows the code, in a segment of its own: nothing that the program does reads it.
    unwind_last: bool,
    /// How the code is parted, if it is.
    parted: Option<Fill>,
}

/// The other orders than the usual one, those with fewer segments first.
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

    /// These output sections in this order; none if they do not have it.
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

/// These output sections, those of unwind information after the code. None if there is none of them, or no code.
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

/// After which ordinary segment the smallest file has what has a fixed address: of equal ones the last.
fn fixed_after(outputs: &mut [Output], options: &Options, sizes: &Sizes) -> usize {
    let ordinary = parts(outputs).0.chunk_by(share_segment).count();
    let mut size = |after| {
        let placed = Placer::place(outputs, options, sizes, after);
        placed.map_or(u64::MAX, |placer| placer.offset)
    };
    let best = (0..ordinary).rev().min_by_key(|&after| size(after));
    best.unwrap_or(0)
}

/// Which functions are in the first part of code that is parted in two.
#[derive(Clone, Copy)]
enum Fill {
    /// All up to the one that ends next to the end of a page, and small ones.
    MostOfPage,
    /// Small ones, up to the first end of a page.
    SmallOnly,
}

/// The code parted in two, so that the first part ends where a page of the file ends, or little before; none where it has no
/// such place.
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
    // How many bytes the headers have does not depend on where the parts meet.
    let sizes = Sizes {
        headers: format.headers_size(&replaced(outputs, index, Vec::new(), Vec::new(), objects)),
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
    // What is left of the page takes what fits.
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

/// These output sections, two with these members in the place of one.
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

/// What the tables that are not loaded are aligned to.
const TAIL_ALIGN: u64 = 8;

/// Bytes of what no input section has.
struct Sizes {
    /// At the start of the file.
    headers: u64,
    /// The parts of what is not loaded.
    tail: Vec<u64>,
}

/// A part of what is not loaded.
struct Part {
    size: u64,
    /// None: it has no place yet.
    offset: Option<u64>,
}

struct Placer {
    page: u64,
    /// Behind what is placed.
    address: u64,
    /// Behind what is placed.
    offset: u64,
    segments: Vec<Segment>,
    tail: Vec<Part>,
}

impl Placer {
    /// Gives all their places, what has a fixed address in the file after the ordinary segment of this number.
    fn place(
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
        let limit = match fixed.first() {
            Some(first) => first.fixed.unwrap_or(0) / options.page * options.page,
            // Offsets between any two places are signed 32-bit numbers.
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

    /// The ordinary sections of one segment. The first constants share that of the headers, which is open.
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
            self.put(output)?;
        }
        self.end();
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
        // The offsets of regions are multiples of the page. Those of others follow from their addresses, so they come last.
        let (others, regions) = outputs.split_at_mut(outputs.partition_point(|o| !o.is_region()));
        for output in regions.iter_mut().chain(others) {
            let distance = output.address.wrapping_sub(self.offset) % self.page;
            if output.zero {
                // Nothing of it is in the file: any congruent offset will do.
                let offset = self.offset + distance;
                output.offset = offset.checked_sub(self.page).unwrap_or(offset);
                continue;
            }
            self.skip(distance);
            output.offset = self.offset;
            self.offset += output.file_size();
        }
    }

    fn fixed_segments(&mut self, outputs: &[Output]) {
        for output in outputs.iter().filter(|o| o.has_own_segment()) {
            self.segments.push(Segment {
                access: output.access,
                address: output.address,
                offset: output.offset,
                file_size: output.file_size(),
                memory_size: output.size + output.padding,
            });
        }
    }

    /// `end`: of what is before it in the address space, of the fixed sections.
    fn check_fixed(&self, output: &Output, end: u64, regions_began: bool) -> Result<()> {
        let address = output.address;
        let align = match output.is_region() {
            true => self.page,
            false => output.align,
        };
        let why = if address / self.page < end.div_ceil(self.page) {
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

    /// Leaves out bytes of the file, or fills them with what is not loaded.
    fn skip(&mut self, distance: u64) {
        let end = self.offset + distance;
        self.fill(end);
        self.offset = end;
    }

    /// Places here the parts of what is not loaded that have no place yet, if they end before this offset.
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
