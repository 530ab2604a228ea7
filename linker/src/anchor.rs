//! Phase five, in between: puts fixed constants among the ordinary ones, and the image before the
//! fixed sections.
//!
//! Constants at a fixed address (the tables of functions, whose address is built into the code)
//! would be a segment of their own, which costs a mapping and a page fault at start. Instead they
//! are a part of the ordinary constants, the anchor: these get the address that follows from it.
//! The rest of the image is placed before them, and its variables directly before the fixed ones.
//! So a small image and the state share a page of page tables.

use crate::format::Format;
use crate::input::Object;
use crate::layout::{Access, Contents, Member, Output, Segment};
use crate::place::{Placer, Sizes, share_segment};
use crate::{Error, Options, Result};
use std::cmp::Reverse;

/// The most bytes that may be unused in the file before fixed constants, instead of another
/// segment.
const WASTE: u64 = 1024;

/// The most bytes of constants that may follow fixed ones, up to a page: there is little room.
const AFTER: u64 = 64 << 10;

/// The output sections with the fixed constants among the ordinary ones; `None` if there are none,
/// or their address needs more unused bytes before them.
pub fn anchored(
    outputs: &[Output],
    objects: &[Object<'_>],
    format: &dyn Format,
    options: &Options,
) -> Result<Option<Vec<Output>>> {
    let is_constant =
        |o: &Output| o.access == Access::Read && matches!(o.contents, Contents::Sections(_));
    let constants = outputs
        .iter()
        .position(|o| o.fixed.is_none() && is_constant(o));
    let tables = outputs
        .iter()
        .position(|o| o.fixed.is_some() && is_constant(o));
    let (Some(constants), Some(tables)) = (constants, tables) else {
        return Ok(None);
    };
    let (mut image, address) = (outputs.to_vec(), outputs[tables].fixed.unwrap_or(0));
    let tables = image.remove(tables);
    let (Contents::Sections(members), Contents::Sections(fixed)) =
        (&outputs[constants].contents, &tables.contents)
    else {
        return Ok(None);
    };
    // There is little room after the tables: the unwind information, which may be large, goes
    // before.
    let is_unwind = |o: &&Output| matches!(o.contents, Contents::Unwind | Contents::UnwindIndex);
    let unwind = image[constants + 1..].iter().take_while(is_unwind).count();
    image[constants..=constants + unwind].rotate_left(1);
    let constants = constants + unwind;
    // Its value is not known yet, but the number of segments depends on whether there is one.
    image[constants].anchor = Some(address);
    let sizes = Sizes {
        headers: format.headers_size(&image, options.page),
        tail: Vec::new(),
    };
    let align = image[constants].align.max(tables.align);
    let placer = Placer::place(&mut image[..constants].to_vec(), options, &sizes, 0)?;
    let start = placer.offset.next_multiple_of(align);
    // The constants before the tables are whole pages and the rest of one; few may be after them.
    let rest = address.wrapping_sub(start) % options.page;
    let pages = image[constants].size.saturating_sub(rest) / options.page;
    let few = pages.saturating_sub(AFTER / options.page);
    let filled = (few..=pages).map(|pages| {
        let mut merged = Output::new(".rodata", Access::Read, Contents::Sections(Vec::new()));
        merged.align = align;
        let before = pages * options.page + rest;
        let others = fill(&mut merged, members, objects, before);
        // The gap is before all of them, where parts that are not loaded may fill it.
        let gap = (before - merged.size) / align * align;
        (gap, before - gap, merged, others)
    });
    let Some((gap, before, mut merged, others)) = filled.min_by_key(|filled| filled.0) else {
        return Ok(None);
    };
    if gap > WASTE || !rest.is_multiple_of(align) {
        return Ok(None);
    }
    merged.size = before;
    for member in fixed.iter().chain(&others) {
        add(&mut merged, member, objects);
    }
    merged.anchor = Some(address - before);
    image[constants] = merged;
    Ok(Some(image))
}

/// Fills the section with members up to this size, as well as possible; returns the others.
fn fill(output: &mut Output, members: &[Member], objects: &[Object<'_>], room: u64) -> Vec<Member> {
    let size = |member: &Member| u64::from(member.end - member.start);
    let mut by_size: Vec<usize> = (0..members.len()).collect();
    by_size.sort_by_key(|&index| Reverse(size(&members[index])));
    let mut is_first = vec![false; members.len()];
    for index in by_size {
        let member = &members[index];
        let align = objects[member.object as usize].sections[member.section as usize].align;
        let padding = u64::from(member.start).wrapping_sub(output.size) % align;
        if output.size + padding + size(member) <= room {
            add(output, member, objects);
            is_first[index] = true;
        }
    }
    let others = members.iter().zip(is_first).filter(|(_, first)| !first);
    others.map(|(member, _)| *member).collect()
}

fn add(output: &mut Output, member: &Member, objects: &[Object<'_>]) {
    let (object, index) = (member.object as usize, member.section as usize);
    let section = &objects[object].sections[index];
    output.add_run(object, index, section, member.start..member.end);
}

/// The variables of an anchored image, with bytes in the file, and the fixed variables after them,
/// all zero, if one segment can have both.
pub fn joined_variables<'o>(
    ordinary: &'o [Output],
    fixed: &'o [Output],
) -> Option<(&'o Output, &'o Output)> {
    if ordinary.iter().all(|o| o.anchor.is_none()) {
        return None;
    }
    let variables = ordinary
        .last()
        .filter(|o| o.access == Access::Write && !o.zero)?;
    let state = fixed
        .iter()
        .find(|o| o.access == Access::Write && o.size > 0)?;
    (state.zero && !state.is_region()).then_some((variables, state))
}

impl Placer {
    /// Moves the ordinary sections to the addresses that follow from the anchor: the segment with
    /// it, then the others, each before the previous one, and the variables before the fixed ones.
    pub fn anchor(
        &mut self,
        ordinary: &mut [Output],
        fixed: &[Output],
        options: &Options,
    ) -> Result<()> {
        let anchor = ordinary.iter().find_map(|o| Some((o.anchor?, o.offset)));
        let Some((address, offset)) = anchor else {
            return Ok(());
        };
        let top = address.wrapping_sub(offset);
        let joined = joined_variables(ordinary, fixed).map(|(_, state)| state.address);
        let mut low = top;
        let mut moved = Vec::new();
        for (number, segment) in self.segments.iter_mut().enumerate() {
            let end = match (number, segment.access, joined) {
                (0, ..) => top + segment.memory_size,
                (_, Access::Write, Some(state)) => state,
                _ => low / self.page * self.page,
            };
            let address = before(end, segment, self.page);
            let address = address.ok_or(Error::TooLarge {
                end: u64::MAX,
                limit: top,
            })?;
            if number > 0 && segment.access != Access::Write || joined.is_none() {
                low = low.min(address);
            }
            moved.push((segment.address, segment.memory_size, address));
            segment.address = address;
        }
        let image_end = self
            .segments
            .first()
            .map_or(top, |s| s.address + s.memory_size);
        let limit = fixed.first().map_or(u64::MAX, |first| first.address);
        let variables = joined.and_then(|_| self.segments.pop_if(|s| s.access == Access::Write));
        let limit = variables.map_or(limit, |v| limit.min(v.address)) / self.page * self.page;
        let missing = options.image_base.saturating_sub(low);
        if missing > 0 || image_end > limit {
            let limit = limit.min(image_end);
            let end = image_end.saturating_add(missing);
            return Err(Error::TooLarge { end, limit });
        }
        for (outputs, (from, _, to)) in ordinary.chunk_by_mut(share_segment).zip(moved) {
            for output in outputs {
                output.address = output.address - from + to;
            }
        }
        self.fixed_segments(fixed);
        if let Some(variables) = variables {
            let state = self
                .segments
                .iter_mut()
                .rfind(|s| Some(s.address) <= joined);
            if let Some(state) = state {
                let end = state.address + state.memory_size;
                *state = Segment {
                    memory_size: end - variables.address,
                    ..variables
                };
            }
        }
        self.segments.sort_by_key(|segment| segment.address);
        Ok(())
    }
}

/// The last address for a segment that ends at or before this one, congruent to its offset.
fn before(end: u64, segment: &Segment, page: u64) -> Option<u64> {
    let last = end.checked_sub(segment.memory_size)?;
    let above = last.wrapping_sub(segment.offset) % page;
    last.checked_sub(above)
}
