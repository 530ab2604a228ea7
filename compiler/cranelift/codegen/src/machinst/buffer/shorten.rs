//! Branch relaxation: after emission, branches whose targets are near take their short form.
//!
//! Emission writes the long form of each branch, because the distance of a branch forwards is not
//! known yet. When all labels are bound, the branches that have a short form and reach their target
//! with it are shortened, what follows moves down, and everything that holds an offset follows.

use super::{MachBuffer, MachLabelFixup, UNKNOWN_LABEL_OFFSET};
use crate::binemit::CodeOffset;
use crate::machinst::{MachInstLabelUse, VCodeInst};
use alloc::vec::Vec;

/// The short form of a branch: an opcode byte, then the distance from its end as a signed byte.
#[derive(Clone, Copy)]
pub struct ShortBranch {
    /// Where the long form begins.
    pub start: CodeOffset,
    /// The opcode of the short form.
    pub opcode: u8,
}

/// The length of a short branch in bytes.
const SHORT: CodeOffset = 2;

/// More rounds find few more branches; the number keeps the cost linear.
const ROUNDS: usize = 8;

/// A branch that has a short form.
struct Branch {
    form: ShortBranch,
    end: CodeOffset,
    target: CodeOffset,
    /// The number of branches that end at or before the target.
    before_target: usize,
    /// The index of its fixup.
    fixup: usize,
    short: bool,
}

impl Branch {
    fn removed(&self) -> CodeOffset {
        match self.short {
            true => self.end - self.form.start - SHORT,
            false => 0,
        }
    }
}

/// Maps offsets before the change to offsets after it.
struct Moves {
    /// From this offset on, up to the next entry's, code moves down by so many bytes.
    steps: Vec<(CodeOffset, CodeOffset)>,
}

impl Moves {
    fn new_offset(&self, old: CodeOffset) -> CodeOffset {
        match self.steps.partition_point(|&(from, _)| from <= old) {
            0 => old,
            after => old - self.steps[after - 1].1,
        }
    }
}

impl<I: VCodeInst> MachBuffer<I> {
    /// Shortens branches. All labels are bound, and all fixups are done.
    pub(super) fn shorten_branches(&mut self) {
        let fixups = core::mem::take(&mut self.resolved_fixups);
        let mut branches = self.branches(&fixups);
        choose(&mut branches, &self.alignments);
        if !branches.iter().any(|branch| branch.short) {
            return;
        }
        let moves = self.rewrite(&branches);
        self.patch_again(&fixups, &branches, &moves);
        self.move_records(&moves);
    }

    fn branches(&self, fixups: &[MachLabelFixup<I>]) -> Vec<Branch> {
        let mut branches: Vec<Branch> = Vec::new();
        for (index, fixup) in fixups.iter().enumerate() {
            if let Some(form) = fixup.kind.short_branch(&self.data, fixup.offset) {
                branches.push(Branch {
                    form,
                    end: fixup.offset + fixup.kind.patch_size(),
                    target: self.resolve_label_offset(fixup.label),
                    before_target: 0,
                    fixup: index,
                    short: false,
                });
            }
        }
        branches.sort_unstable_by_key(|branch| branch.end);
        for index in 0..branches.len() {
            let target = branches[index].target;
            branches[index].before_target = branches.partition_point(|branch| branch.end <= target);
        }
        branches
    }

    /// Moves the code, and returns where everything went.
    fn rewrite(&mut self, branches: &[Branch]) -> Moves {
        let mut code = Compaction {
            data: &mut self.data,
            read: 0,
            write: 0,
            steps: Vec::new(),
        };
        let mut alignments = self.alignments.iter().peekable();
        for branch in branches.iter().filter(|branch| branch.short) {
            while let Some(alignment) = alignments.next_if(|(_, to, _)| *to <= branch.form.start) {
                code.align(*alignment);
            }
            code.shorten(branch);
        }
        alignments.for_each(|alignment| code.align(*alignment));
        code.copy(code.data.len() as CodeOffset);
        let (length, steps) = (code.write as usize, code.steps);
        self.data.truncate(length);
        Moves { steps }
    }

    fn patch_again(&mut self, fixups: &[MachLabelFixup<I>], branches: &[Branch], moves: &Moves) {
        let mut short = alloc::vec![false; fixups.len()];
        for branch in branches.iter().filter(|branch| branch.short) {
            short[branch.fixup] = true;
            let start = moves.new_offset(branch.form.start);
            let distance = moves.new_offset(branch.target) as i64 - (start + SHORT) as i64;
            let distance = i8::try_from(distance).expect("chosen because it is near");
            self.data[start as usize + 1] = distance.cast_unsigned();
        }
        for (fixup, _) in fixups.iter().zip(short).filter(|(_, short)| !short) {
            let target = self.resolve_label_offset(fixup.label);
            let moved = (target - moves.new_offset(target)) as i64
                - (fixup.offset - moves.new_offset(fixup.offset)) as i64;
            let at = moves.new_offset(fixup.offset) as usize;
            let slice = &mut self.data[at..at + fixup.kind.patch_size() as usize];
            fixup.kind.patch_by(slice, -moved);
        }
    }

    fn move_records(&mut self, moves: &Moves) {
        let moved = |offset: &mut CodeOffset| *offset = moves.new_offset(*offset);
        self.relocs
            .iter_mut()
            .for_each(|reloc| moved(&mut reloc.offset));
        self.traps
            .iter_mut()
            .for_each(|trap| moved(&mut trap.offset));
        self.call_sites
            .iter_mut()
            .for_each(|site| moved(&mut site.ret_addr));
        self.patchable_call_sites
            .iter_mut()
            .for_each(|site| moved(&mut site.ret_addr));
        for srcloc in &mut self.srclocs {
            moved(&mut srcloc.start);
            moved(&mut srcloc.end);
        }
        self.debug_tags
            .iter_mut()
            .for_each(|tags| moved(&mut tags.offset));
        self.user_stack_maps
            .iter_mut()
            .for_each(|(offset, _, _)| moved(offset));
        self.unwind_info
            .iter_mut()
            .for_each(|(offset, _)| moved(offset));
        self.used_constants
            .iter_mut()
            .for_each(|(_, offset)| moved(offset));
        for offset in &mut self.label_offsets {
            if *offset != UNKNOWN_LABEL_OFFSET {
                moved(offset);
            }
        }
    }
}

/// Code that is moved down within its buffer.
struct Compaction<'a> {
    data: &'a mut [u8],
    read: CodeOffset,
    write: CodeOffset,
    steps: Vec<(CodeOffset, CodeOffset)>,
}

impl Compaction<'_> {
    fn copy(&mut self, to: CodeOffset) {
        self.data
            .copy_within(self.read as usize..to as usize, self.write as usize);
        self.write += to - self.read;
        self.read = to;
    }

    fn shorten(&mut self, branch: &Branch) {
        self.copy(branch.form.start);
        self.data[self.write as usize] = branch.form.opcode;
        self.step(branch.end, self.write + SHORT);
    }

    /// The padding is data: zeros.
    fn align(&mut self, (from, to, align): (CodeOffset, CodeOffset, CodeOffset)) {
        self.copy(from);
        let aligned = self.write.next_multiple_of(align);
        self.data[self.write as usize..aligned as usize].fill(0);
        self.step(to, aligned);
    }

    fn step(&mut self, read: CodeOffset, write: CodeOffset) {
        (self.read, self.write) = (read, write);
        self.steps.push((read, read - write));
    }
}

/// Marks the branches that reach their targets in their short forms.
fn choose(branches: &mut [Branch], alignments: &[(CodeOffset, CodeOffset, CodeOffset)]) {
    let mut removed = alloc::vec![0; branches.len() + 1];
    for _ in 0..ROUNDS {
        let mut changed = false;
        for index in 0..branches.len() {
            let branch = &branches[index];
            if branch.short {
                continue;
            }
            let before = |position: usize| removed[position] as i64;
            let mut distance = branch.target as i64 - branch.end as i64;
            if branch.target >= branch.end {
                distance -= before(branch.before_target) - before(index);
            } else {
                let own = (branch.end - branch.form.start - SHORT) as i64;
                distance += before(index) - before(branch.before_target) + own;
            }
            let near =
                |slack: i64| (i8::MIN as i64 + slack..=i8::MAX as i64 - slack).contains(&distance);
            // Only near branches pay for looking at the padding between.
            if near(0) && near(slack(alignments, branch.form.start, branch.target) as i64) {
                branches[index].short = true;
                changed = true;
            }
        }
        if !changed {
            break;
        }
        for (index, branch) in branches.iter().enumerate() {
            removed[index + 1] = removed[index] + branch.removed();
        }
    }
}

/// By how many bytes the padding between two offsets can grow.
fn slack(
    alignments: &[(CodeOffset, CodeOffset, CodeOffset)],
    one: CodeOffset,
    other: CodeOffset,
) -> CodeOffset {
    let (low, high) = (one.min(other), one.max(other));
    let first = alignments.partition_point(|&(_, to, _)| to <= low);
    let between = alignments[first..]
        .iter()
        .take_while(|&&(from, _, _)| from <= high);
    between.map(|&(_, _, align)| align - 1).sum()
}
