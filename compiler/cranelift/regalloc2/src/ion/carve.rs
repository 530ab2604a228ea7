//! Carving: a large bundle leaves its register where another bundle needs it more, and keeps it
//! everywhere else.
//!
//! The values that a loop of many blocks carries, such as the state of an interpreter, have live
//! ranges over the whole loop. Each of its blocks has small bundles with more uses per instruction.
//! If those evicted the large bundle, it would be split until it is nowhere in a register. So a
//! small bundle takes only the part that it needs: moves before and after the part are the price.

use super::process::minimal_range_for_use;
use super::{
    CodeRange, Env, LiveBundleIndex, LiveRangeFlag, LiveRangeIndex, LiveRangeKey, LiveRangeList,
    LiveRangeListEntry, PRegIndex, Use, UseList, VRegIndex,
};
use crate::{
    Function, Inst, InstPosition, OperandConstraint, OperandKind, PReg, ProgPoint, RegClass,
};
use alloc::vec::Vec;

/// A bundle over fewer instructions is small: evicting and splitting it loses little.
const LARGE: u32 = 100;
/// How many times as many instructions a large bundle covers as one that takes a part of it.
const LARGER: u32 = 8;
/// How often bundles of a spillset are carved, and how often a bundle looks for the register where
/// it loses least.
const MAX_CARVES: u8 = 250;
const MAX_SEARCHES: u8 = 4;

/// How many live ranges and uses may be visited for all bundles of a function together. It keeps the
/// time linear.
pub(crate) fn budget(instructions: usize) -> usize {
    100_000 + 256 * instructions
}

impl<'a, F: Function> Env<'a, F> {
    /// Whether parts of a bundle can be carved out for one over `size` instructions.
    pub(crate) fn can_be_carved(&self, bundle: LiveBundleIndex, size: u32) -> bool {
        let data = &self.ctx.bundles[bundle];
        let large = data.prio >= LARGE && data.prio / LARGER >= size;
        large
            && data.spillset.is_valid()
            && !data.cached_minimal()
            && self.ctx.spillsets[data.spillset].carves < MAX_CARVES
            && self.ctx.carving_budget > 0
    }

    /// The ranges of a bundle, each extended to whole instructions.
    fn holes_of(&self, bundle: LiveBundleIndex) -> Vec<CodeRange> {
        let ranges = &self.ctx.bundles[bundle].ranges;
        let mut holes = Vec::with_capacity(ranges.len());
        for entry in ranges {
            add_hole(&mut holes, entry.range);
        }
        holes
    }

    /// What a bundle loses if it leaves its register in these ranges: the uses there, and a move
    /// before and after each. Stops when it is more than `limit`.
    fn carving_cost(&self, bundle: LiveBundleIndex, holes: &[CodeRange], limit: f32) -> f32 {
        let mut cost = 0.0;
        for &hole in holes {
            cost = self.hole_cost(bundle, hole, cost, limit);
            if cost > limit {
                break;
            }
        }
        cost
    }

    /// The sum of `cost` and what a bundle loses if it leaves its register in this range.
    fn hole_cost(
        &self,
        bundle: LiveBundleIndex,
        hole: CodeRange,
        mut cost: f32,
        limit: f32,
    ) -> f32 {
        let ranges = &self.ctx.bundles[bundle].ranges;
        let first = ranges.partition_point(|entry| entry.range.to <= hole.from);
        let inside = ranges[first..].iter();
        for entry in inside.take_while(|entry| entry.range.from < hole.to) {
            let data = &self.ctx.ranges[entry.index];
            let from = data.uses.partition_point(|u| u.pos < hole.from);
            let uses = data.uses[from..].iter().take_while(|u| u.pos < hole.to);
            let weights = uses.map(|u| super::SpillWeight::from_bits(u.weight).to_f32());
            cost += weights.sum::<f32>();
            let starts = data.range.from >= hole.from && data.has_flag(LiveRangeFlag::StartsAtDef);
            if !starts {
                cost += self.move_weight(hole.from.max(data.range.from));
            }
            cost += self.move_weight(hole.to.min(data.range.to).prev());
            if cost > limit {
                break;
            }
        }
        cost
    }

    /// Takes the live ranges and uses of a bundle, visited `visits` times, off the budget.
    fn spend(&mut self, bundle: LiveBundleIndex, visits: usize) {
        let ranges = self.ctx.bundles[bundle].ranges.iter();
        let sizes = ranges.map(|entry| 1 + self.ctx.ranges[entry.index].uses.len());
        let cost = visits * sizes.sum::<usize>();
        self.ctx.carving_budget = self.ctx.carving_budget.saturating_sub(cost);
    }

    fn move_weight(&self, at: ProgPoint) -> f32 {
        let block = self.ctx.cfginfo.insn_block[at.inst().index()];
        let depth = self.ctx.cfginfo.approx_loop_depth[block.index()];
        1000.0 + super::hot_bonus(depth as usize)
    }

    /// The weight of all uses of a bundle.
    fn total_weight(&self, bundle: LiveBundleIndex) -> f32 {
        let ranges = self.ctx.bundles[bundle].ranges.iter();
        let weights = ranges.map(|entry| self.ctx.ranges[entry.index].uses_spill_weight().to_f32());
        weights.sum()
    }

    /// Takes these ranges, which consist of whole instructions, out of a bundle. It keeps its
    /// register, if it has one, for the rest; for each range a bundle of what was in it is queued.
    fn carve(&mut self, bundle: LiveBundleIndex, holes: &[CodeRange]) {
        self.spend(bundle, 1);
        let spillset = self.ctx.bundles[bundle].spillset;
        let carves = &mut self.ctx.spillsets[spillset].carves;
        *carves = carves.saturating_add(1);
        let preg = self.ctx.bundles[bundle].allocation.as_reg();
        let empty = LiveRangeList::new_in(self.ctx.bump());
        let old = core::mem::replace(&mut self.ctx.bundles[bundle].ranges, empty);
        let mut kept = LiveRangeList::new_in(self.ctx.bump());
        kept.reserve(old.len() + holes.len());
        let mut removed: Vec<(usize, LiveRangeListEntry)> = Vec::new();
        for entry in old {
            let first = holes.partition_point(|hole| hole.to <= entry.range.from);
            if holes
                .get(first)
                .map_or(true, |hole| hole.from >= entry.range.to)
            {
                kept.push(entry);
                continue;
            }
            if let Some(preg) = preg {
                let key = LiveRangeKey::from_range(&entry.range);
                self.ctx.pregs[preg.index()].allocations.remove(&key);
            }
            self.cut(entry, &holes[first..], |env, piece, hole| match hole {
                Some(hole) => removed.push((first + hole, piece)),
                None => {
                    env.ctx.ranges[piece.index].bundle = bundle;
                    kept.push(piece);
                    if let Some(preg) = preg {
                        let key = LiveRangeKey::from_range(&piece.range);
                        let allocations = &mut env.ctx.pregs[preg.index()].allocations;
                        allocations.insert(key, piece.index);
                    }
                }
            });
        }
        self.ctx.bundles[bundle].ranges = kept;
        if !self.ctx.bundles[bundle].ranges.is_empty() {
            self.recompute_bundle_properties(bundle);
        }
        removed.sort_by_key(|&(hole, entry)| (hole, entry.range.from));
        for part in removed.chunk_by(|one, other| one.0 == other.0) {
            self.queue_removed(bundle, part);
        }
    }

    /// Cuts a live range at the borders of holes, and passes on each piece with the index of the
    /// hole in which it is.
    fn cut(
        &mut self,
        entry: LiveRangeListEntry,
        holes: &[CodeRange],
        mut with: impl FnMut(&mut Self, LiveRangeListEntry, Option<usize>),
    ) {
        let vreg = self.ctx.ranges[entry.index].vreg;
        let empty = UseList::new_in(self.ctx.bump());
        let uses = core::mem::replace(&mut self.ctx.ranges[entry.index].uses, empty);
        let (mut at, mut used, mut hole) = (entry.range.from, 0, 0);
        while at < entry.range.to {
            while holes.get(hole).is_some_and(|hole| hole.to <= at) {
                hole += 1;
            }
            let (to, inside) = match holes.get(hole) {
                Some(range) if range.from <= at => (range.to, Some(hole)),
                Some(range) => (range.from, None),
                None => (entry.range.to, None),
            };
            let range = CodeRange {
                from: at,
                to: to.min(entry.range.to),
            };
            // The first piece keeps the range's identity, with the flag that it starts at a
            // definition.
            let index = if at == entry.range.from {
                self.ctx.ranges[entry.index].range = range;
                entry.index
            } else {
                self.add_piece(vreg, range)
            };
            let end = used + uses[used..].partition_point(|u| u.pos < range.to);
            self.ctx.ranges[index]
                .uses
                .extend(uses[used..end].iter().copied());
            self.recompute_range_properties(index);
            with(self, LiveRangeListEntry { range, index }, inside);
            (at, used) = (range.to, end);
        }
    }

    fn add_piece(&mut self, vreg: VRegIndex, range: CodeRange) -> LiveRangeIndex {
        let index = self.ctx.ranges.add(range, self.ctx.scratch_bump.clone());
        self.ctx.ranges[index].vreg = vreg;
        self.ctx.vregs[vreg]
            .ranges
            .push(LiveRangeListEntry { range, index });
        index
    }

    /// Queues what was taken out of a bundle. A piece without uses stays spilled.
    fn queue_removed(&mut self, bundle: LiveBundleIndex, part: &[(usize, LiveRangeListEntry)]) {
        let mut queued = LiveBundleIndex::invalid();
        for &(_, entry) in part {
            let used = !self.ctx.ranges[entry.index].uses.is_empty()
                || self.ctx.ranges[entry.index].has_flag(LiveRangeFlag::StartsAtDef);
            let to = if used {
                if !queued.is_valid() {
                    queued = self.ctx.bundles.add(self.ctx.scratch_bump.clone());
                    self.ctx.bundles[queued].spillset = self.ctx.bundles[bundle].spillset;
                }
                queued
            } else {
                self.get_or_create_spill_bundle(bundle, /* create_if_absent = */ true)
                    .unwrap()
            };
            self.ctx.bundles[to].ranges.push(entry);
            self.ctx.ranges[entry.index].bundle = to;
        }
        if queued.is_valid() {
            self.queue(queued);
        }
    }

    fn queue(&mut self, bundle: LiveBundleIndex) {
        self.recompute_bundle_properties(bundle);
        let prio = self.ctx.bundles[bundle].prio as usize;
        self.ctx
            .allocation_queue
            .insert(bundle, prio, PReg::invalid());
    }

    /// Takes the operands that must be in a certain register, such as arguments of calls, out of a
    /// large bundle, and queues a minimal bundle for each. Otherwise each of them would split the
    /// bundle. Returns whether there were any.
    pub(crate) fn peel_fixed_operands(&mut self, bundle: LiveBundleIndex) -> bool {
        let spillset = self.ctx.bundles[bundle].spillset;
        if self.ctx.bundles[bundle].prio < LARGE || !self.has_fixed_operands(bundle) {
            return false;
        }
        let empty = LiveRangeList::new_in(self.ctx.bump());
        let mut ranges = core::mem::replace(&mut self.ctx.bundles[bundle].ranges, empty);
        let mut peeled = Vec::new();
        for entry in ranges.iter_mut() {
            let vreg = self.ctx.ranges[entry.index].vreg;
            let empty = UseList::new_in(self.ctx.bump());
            let uses = core::mem::replace(&mut self.ctx.ranges[entry.index].uses, empty);
            for u in uses {
                if !is_fixed(&u) {
                    self.ctx.ranges[entry.index].uses.push(u);
                    continue;
                }
                let piece = self.add_piece(vreg, minimal_range_for_use(&u));
                self.ctx.ranges[piece].uses.push(u);
                self.recompute_range_properties(piece);
                peeled.push(piece);
                if u.operand.kind() == OperandKind::Def {
                    // The value is in the register only after this instruction.
                    let data = &mut self.ctx.ranges[entry.index];
                    data.clear_flag(LiveRangeFlag::StartsAtDef);
                    data.range.from = ProgPoint::before(u.pos.inst().next());
                    entry.range = data.range;
                }
            }
            self.recompute_range_properties(entry.index);
        }
        self.ctx.bundles[bundle].ranges = ranges;
        self.recompute_bundle_properties(bundle);
        for piece in peeled {
            let minimal = self.ctx.bundles.add(self.ctx.scratch_bump.clone());
            self.ctx.bundles[minimal].spillset = spillset;
            self.ctx.ranges[piece].bundle = minimal;
            let range = self.ctx.ranges[piece].range;
            let entry = LiveRangeListEntry {
                range,
                index: piece,
            };
            self.ctx.bundles[minimal].ranges.push(entry);
            self.queue(minimal);
        }
        true
    }

    /// The register in which the value of a bundle is defined, if that is a certain one.
    pub(crate) fn fixed_def(&self, bundle: LiveBundleIndex) -> Option<PReg> {
        let first = self.ctx.bundles[bundle].ranges.first()?;
        let u = self.ctx.ranges[first.index].uses.first()?;
        match u.operand.constraint() {
            OperandConstraint::FixedReg(preg) if u.operand.kind() == OperandKind::Def => Some(preg),
            _ => None,
        }
    }

    /// Whether a bundle has operands in certain registers, none of which is all that a live range
    /// covers.
    fn has_fixed_operands(&self, bundle: LiveBundleIndex) -> bool {
        let mut found = false;
        for entry in &self.ctx.bundles[bundle].ranges {
            for u in self.ctx.ranges[entry.index]
                .uses
                .iter()
                .filter(|u| is_fixed(u))
            {
                found = true;
                let end = ProgPoint::before(u.pos.inst().next());
                if u.operand.kind() == OperandKind::Def && end >= entry.range.to {
                    return false;
                }
            }
        }
        found
    }

    /// What it costs to spill a bundle: a minimal one cannot be spilled.
    pub(crate) fn spill_cost(&self, bundle: LiveBundleIndex) -> f32 {
        match self.minimal_bundle(bundle) {
            true => f32::INFINITY,
            false => self.total_weight(bundle),
        }
    }

    /// What it costs to make room for a bundle where these bundles are, by carving the large ones
    /// and evicting the others. `None` if one that is not large has more weight, or if it costs
    /// `limit` or more.
    pub(crate) fn room_cost(
        &self,
        bundle: LiveBundleIndex,
        conflicts: &[LiveBundleIndex],
        limit: f32,
    ) -> Option<f32> {
        let size = self.ctx.bundles[bundle].prio;
        let weight = self.bundle_spill_weight(bundle);
        let holes = self.holes_of(bundle);
        let mut cost = 0.0;
        for &other in conflicts {
            if self.can_be_carved(other, size) {
                cost += self.carving_cost(other, &holes, limit);
            } else if self.bundle_spill_weight(other) < weight {
                cost += self.total_weight(other);
            } else {
                return None;
            }
            if cost >= limit {
                return None;
            }
        }
        Some(cost)
    }

    /// Makes room for a bundle where these bundles are. [`Self::room_cost`] has the price.
    pub(crate) fn make_room(&mut self, bundle: LiveBundleIndex, conflicts: &[LiveBundleIndex]) {
        let size = self.ctx.bundles[bundle].prio;
        let holes = self.holes_of(bundle);
        for &other in conflicts {
            if self.can_be_carved(other, size) {
                self.carve(other, &holes);
            } else {
                self.evict_bundle(other);
            }
        }
    }

    /// Carves a bundle so that the rest fits into a register, if there is a register for which that
    /// is worth it. The rest is allocated.
    pub(crate) fn carve_to_fit(&mut self, bundle: LiveBundleIndex, class: RegClass) -> bool {
        let data = &self.ctx.bundles[bundle];
        let spillset = data.spillset;
        if data.prio < LARGE
            || self.ctx.spillsets[spillset].searches >= MAX_SEARCHES
            || self.ctx.carving_budget == 0
        {
            return false;
        }
        self.ctx.spillsets[spillset].searches += 1;
        // Each register is looked at, with what else it holds in these instructions.
        let size = self.ctx.bundles[bundle].prio as usize;
        self.ctx.carving_budget = self.ctx.carving_budget.saturating_sub(size);
        self.spend(bundle, 16);
        let total = self.total_weight(bundle);
        let class = class as u8 as usize;
        let mut best = None;
        let mut least = total / 2.0;
        let (mut holes, mut best_holes) = (Vec::new(), Vec::new());
        let pregs = self.env.preferred_regs_by_class[class]
            .into_iter()
            .chain(self.env.non_preferred_regs_by_class[class]);
        for preg in pregs {
            let index = PRegIndex::new(preg.index());
            if let Some(cost) = self.taken(bundle, index, least, &mut holes) {
                least = cost;
                best = Some(preg);
                core::mem::swap(&mut holes, &mut best_holes);
            }
        }
        let Some(preg) = best else {
            return false;
        };
        self.carve(bundle, &best_holes);
        let mut conflicts = Vec::new();
        let preg_index = PRegIndex::new(preg.index());
        let result = self.try_to_allocate_bundle_to_reg(bundle, preg_index, None, &mut conflicts);
        debug_assert!(matches!(result, super::AllocRegResult::Allocated(_)));
        self.ctx.spillsets[spillset].hint = preg;
        true
    }

    /// What a bundle loses if it leaves a register where that is taken. These parts of the bundle,
    /// as whole instructions, are then in `holes`. `None` if the loss is `limit` or more.
    fn taken(
        &self,
        bundle: LiveBundleIndex,
        preg: PRegIndex,
        limit: f32,
        holes: &mut Vec<CodeRange>,
    ) -> Option<f32> {
        holes.clear();
        let mut cost = 0.0;
        let taken = &self.ctx.pregs[preg.index()].allocations;
        let mut after = taken.after(0);
        for entry in &self.ctx.bundles[bundle].ranges {
            let (from, to) = (entry.range.from, entry.range.to);
            // Most bundles have many ranges, close to each other.
            let mut skipped = 0;
            while let Some((key, _)) = after.peek() {
                if key.to > from.to_index() {
                    break;
                }
                skipped += 1;
                match skipped {
                    1..=8 => _ = after.next(),
                    _ => after = taken.after(from.to_index()),
                }
            }
            let mut ahead = after;
            for (key, _) in &mut ahead {
                let range = key.to_range();
                if range.from >= to {
                    break;
                }
                let (from, to) = (range.from.max(from), range.to.min(to));
                let found = holes.len();
                add_hole(holes, CodeRange { from, to });
                if found > 0 && holes.len() > found {
                    // The hole before this one is complete.
                    cost = self.hole_cost(bundle, holes[found - 1], cost, limit);
                    if cost >= limit {
                        return None;
                    }
                }
            }
        }
        if let Some(&last) = holes.last() {
            cost = self.hole_cost(bundle, last, cost, limit);
        }
        (cost < limit).then_some(cost)
    }
}

fn is_fixed(u: &Use) -> bool {
    matches!(u.operand.constraint(), OperandConstraint::FixedReg(_))
}

/// Adds a range, which begins at or after the last one does, extended to whole instructions.
fn add_hole(holes: &mut Vec<CodeRange>, range: CodeRange) {
    let from = ProgPoint::before(range.from.inst());
    let to = match range.to.pos() {
        InstPosition::Before => range.to,
        InstPosition::After => ProgPoint::before(Inst::new(range.to.inst().index() + 1)),
    };
    match holes.last_mut() {
        Some(last) if from <= last.to => last.to = last.to.max(to),
        _ => holes.push(CodeRange { from, to }),
    }
}
