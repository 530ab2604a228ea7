//! Phase four: merges equal constants, in sections that allow it, and drops those to which nothing
//! refers.
//!
//! A section without omitted pieces stays unchanged. The remaining pieces of the others are laid
//! out in runs, each with its original alignment.

use crate::input::{Object, Pieces, Section, SectionId};
use crate::reachability::Reachability;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// The equal constants.
#[derive(Debug, Default)]
pub struct Merged {
    /// The sections with omitted pieces: the range of all their pieces in `pieces`.
    sections: HashMap<SectionId, Range<u32>>,
    /// Pieces, grouped by section, and sorted by offset.
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    section: SectionId,
    /// Offset in the section.
    start: u32,
    /// Offset of its end.
    end: u32,
    /// Its alignment, a power of two.
    align: u64,
    /// The index of the equal piece that is kept; its own if it is not omitted. [`UNUSED`]: none.
    kept: u32,
}

/// See [`Piece::kept`].
const UNUSED: u32 = u32::MAX;

/// Finds equal constants in the kept sections. Sections with fixed addresses (`fixed`) stay
/// unchanged.
pub fn merge(objects: &[Object<'_>], fixed: &[Option<u64>], reachability: &Reachability) -> Merged {
    let mut merged = Merged::default();
    let mut known = HashMap::<&[u8], u32>::new();
    for object in objects {
        for (index, section) in object.sections.iter().enumerate() {
            let id = object.section_id(index);
            if reachability.live[id.index()]
                && fixed[id.index()].is_none()
                && !reachability.whole.contains(&id)
            {
                let used = reachability.pieces.get(&id);
                merged.section(id, section, used, &mut known);
            }
        }
    }
    merged
}

impl Merged {
    fn section<'a>(
        &mut self,
        id: SectionId,
        section: &Section<'a>,
        used: Option<&BTreeSet<u64>>,
        known: &mut HashMap<&'a [u8], u32>,
    ) {
        let first = self.pieces.len() as u32;
        let mut is_whole = true;
        for Range { start, end } in split(section) {
            let index = self.pieces.len() as u32;
            // The alignment at this offset that follows from the section's.
            let align = match start {
                0 => section.align,
                _ => section.align.min(1 << start.trailing_zeros()),
            };
            let range = u64::from(start)..u64::from(end);
            let is_used = used.is_some_and(|used| used.range(range).next().is_some());
            let kept = match known.entry(&section.data[start as usize..end as usize]) {
                _ if !is_used => UNUSED,
                Entry::Vacant(entry) => *entry.insert(index),
                Entry::Occupied(entry) if self.pieces[*entry.get() as usize].align >= align => {
                    *entry.get()
                }
                Entry::Occupied(mut entry) => {
                    entry.insert(index);
                    index
                }
            };
            is_whole &= kept == index;
            self.pieces.push(Piece {
                section: id,
                start,
                end,
                align,
                kept,
            });
        }
        if !is_whole {
            self.sections.insert(id, first..self.pieces.len() as u32);
        }
    }

    /// Whether no piece is omitted.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// Whether pieces of a section are omitted.
    pub fn is_parted(&self, section: SectionId) -> bool {
        self.sections.contains_key(&section)
    }

    /// The remaining parts of a section, as ranges of offsets, if pieces are omitted.
    pub fn runs(&self, section: SectionId) -> Option<Vec<Range<u32>>> {
        let pieces = self.sections.get(&section)?;
        let mut runs = Vec::<Range<u32>>::new();
        for index in pieces.clone() {
            let piece = &self.pieces[index as usize];
            if piece.kept != index {
                continue;
            }
            match runs.last_mut() {
                Some(last) if last.end == piece.start => last.end = piece.end,
                _ => runs.push(piece.start..piece.end),
            }
        }
        Some(runs)
    }

    /// The section and offset of the byte that replaces this one; `None` if nothing refers to it.
    /// An offset after the end is relative to the last piece.
    pub fn kept(&self, section: SectionId, offset: u64) -> Option<(SectionId, u64)> {
        let Some(range) = self.sections.get(&section) else {
            return Some((section, offset));
        };
        let pieces = &self.pieces[range.start as usize..range.end as usize];
        // The first piece starts at 0.
        let index = pieces.partition_point(|piece| u64::from(piece.start) <= offset) - 1;
        let kept = self.pieces.get(pieces[index].kept as usize)?;
        let within = offset - u64::from(pieces[index].start);
        Some((kept.section, u64::from(kept.start) + within))
    }
}

/// The pieces of a section, as ranges of offsets; empty if it must not be merged.
fn split(section: &Section<'_>) -> Vec<Range<u32>> {
    let (width, is_string) = match section.pieces {
        Pieces::Whole => return Vec::new(),
        Pieces::Words(width) => (width, false),
        Pieces::Strings(width) => (width, true),
    };
    let mut pieces = Vec::new();
    let mut start = 0;
    let entries = section.data.chunks_exact(width as usize);
    for (end, entry) in (1..).map(|count| count * width).zip(entries) {
        if !is_string || entry.iter().all(|&byte| byte == 0) {
            pieces.push(start..end);
            start = end;
        }
    }
    pieces
}
