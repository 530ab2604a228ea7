//! Finds the live ranges during which the spill slot also holds the value, so that no move to the
//! slot is needed at their ends.
//!
//! A vreg has one definition, and no other vreg of its spillset is live at the same time. So a slot
//! keeps the value from the first move to it on. A live range in a register that was reached from
//! the slot alone, as that of a loop's invariant that is reloaded in each iteration, ends without
//! another move to the slot.

use super::{Env, LiveRangeFlag, LiveRangeListEntry, VRegIndex};
use crate::{Block, Function};
use alloc::vec::Vec;
use core::ops::Range;

/// A vreg for which more rounds are needed has all moves: the number keeps the cost linear.
const ROUNDS: usize = 8;

/// The findings for one vreg, with the buffers that it takes.
#[derive(Default)]
pub(crate) struct Stored {
    /// For each live range of the vreg; empty: none.
    ranges: Vec<bool>,
    /// The blocks whose ends live ranges cover, ascending, and the indices of these.
    ends: Vec<(Block, usize)>,
    /// The live ranges in registers, and the live ranges from one of which each gets its value.
    sources: Vec<(usize, Range<usize>)>,
    before: Vec<(usize, usize)>,
}

impl Stored {
    /// The same of an entry of the list of live ranges.
    pub(crate) fn holds_entry(
        &self,
        ranges: &[LiveRangeListEntry],
        entry: &LiveRangeListEntry,
    ) -> bool {
        if self.ranges.is_empty() {
            return false;
        }
        let first = ranges.partition_point(|other| other.range.from < entry.range.from);
        let found = ranges[first..]
            .iter()
            .position(|other| other.index == entry.index);
        found.is_some_and(|offset| self.holds(first + offset))
    }

    /// Whether the spill slot holds the value during this live range.
    pub(crate) fn holds(&self, range: usize) -> bool {
        self.ranges.get(range).copied().unwrap_or(false)
    }
}

impl<'a, F: Function> Env<'a, F> {
    /// Finds the live ranges of `vreg` during which the spill slot holds the value. They are sorted,
    /// and have their allocations.
    pub(crate) fn find_stored(&self, vreg: VRegIndex, stored: &mut Stored) {
        let ranges = &self.ctx.vregs[vreg].ranges;
        let on_stack =
            |entry: &LiveRangeListEntry| self.get_alloc_for_range(entry.index).is_stack();
        stored.ranges.clear();
        if ranges.len() < 2 {
            return;
        }
        let spilled = ranges.iter().filter(|entry| on_stack(entry)).count();
        if spilled == 0 || spilled == ranges.len() {
            return;
        }
        stored.ends.clear();
        stored.sources.clear();
        stored.before.clear();
        for (index, entry) in ranges.iter().enumerate() {
            let starts_at_def = self.ctx.ranges[entry.index].has_flag(LiveRangeFlag::StartsAtDef);
            stored.ranges.push(on_stack(entry) || !starts_at_def);
            self.add_ends(entry, index, &mut stored.ends);
        }
        stored.ends.sort_unstable();
        let mut longest: Option<usize> = None;
        let mut before = None;
        for (index, entry) in ranges.iter().enumerate() {
            // As in `apply_allocations_and_insert_moves()`: the longest range before this one.
            if longest.is_some_and(|longest| ranges[longest].range.from < entry.range.from) {
                before = longest;
            }
            if longest.map_or(true, |longest| ranges[longest].range.to < entry.range.to) {
                longest = Some(index);
            }
            if !on_stack(entry) && stored.ranges[index] {
                stored.ranges[index] = self.add_sources(vreg, index, before, stored);
            }
        }
        for _ in 0..ROUNDS {
            let mut changed = false;
            for (index, sources) in &stored.sources {
                let found = stored.ends[sources.clone()].iter();
                if stored.ranges[*index] && !found.into_iter().any(|&(_, at)| stored.ranges[at]) {
                    stored.ranges[*index] = false;
                    changed = true;
                }
            }
            for &(index, before) in &stored.before {
                if stored.ranges[index] && !stored.ranges[before] {
                    stored.ranges[index] = false;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
        stored.ranges.clear();
    }

    /// Adds the blocks whose ends a live range covers.
    fn add_ends(&self, entry: &LiveRangeListEntry, index: usize, ends: &mut Vec<(Block, usize)>) {
        let mut block = self.ctx.cfginfo.insn_block[entry.range.from.inst().index()];
        while block.is_valid() && block.index() < self.func.num_blocks() {
            if entry.range.to < self.ctx.cfginfo.block_exit[block.index()].next() {
                break;
            }
            ends.push((block, index));
            block = block.next();
        }
    }

    /// Adds the sources of the value of a live range in a register. Returns whether none of them is
    /// an argument of a branch.
    fn add_sources(
        &self,
        vreg: VRegIndex,
        index: usize,
        before: Option<usize>,
        stored: &mut Stored,
    ) -> bool {
        let ranges = &self.ctx.vregs[vreg].ranges;
        let range = ranges[index].range;
        if let Some(before) = before {
            let end = ranges[before].range.to;
            if end > range.from || end == range.from && !self.is_start_of_block(range.from) {
                stored.before.push((index, before));
            }
        }
        let mut block = self.ctx.cfginfo.insn_block[range.from.inst().index()];
        if self.ctx.cfginfo.block_entry[block.index()] < range.from {
            block = block.next();
        }
        while block.is_valid() && block.index() < self.func.num_blocks() {
            if self.ctx.cfginfo.block_entry[block.index()] >= range.to {
                break;
            }
            if !self.ctx.liveins[block.index()].get(vreg.index()) {
                // A parameter of the block.
                return false;
            }
            for &pred in self.func.block_preds(block) {
                if !range.contains_point(self.ctx.cfginfo.block_exit[pred.index()]) {
                    let from = stored.ends.partition_point(|&(end, _)| end < pred);
                    let to = stored.ends.partition_point(|&(end, _)| end <= pred);
                    stored.sources.push((index, from..to));
                }
            }
            block = block.next();
        }
        true
    }
}
