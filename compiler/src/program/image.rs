//! The initial image of a memory, built from the active data segments that can be folded.

use super::ImagePiece;
use std::borrow::Cow;
use std::ops::Range;

/// Zeros of at least this length are omitted between pieces. It is no less than any target's page,
/// so two pieces never share one.
const GAP: u64 = 64 * 1024;

/// The maximum of pieces: each is a load segment of the executable.
const MAX_PIECES: usize = 16;

/// The size up to which an image is allowed, whatever the size of its segments.
const FREE: u64 = 16 << 20;

/// Beyond [`FREE`], the maximum ratio of an image to its segments: a small module must not become a
/// large executable.
const SPREAD: u64 = 4;

/// Writes to a memory before the program runs, in order.
#[derive(Clone, Debug, Default)]
pub struct Image<'a> {
    writes: Vec<(u64, &'a [u8])>,
    /// Ascending and at least [`GAP`] apart; each write lies within one of them.
    spans: Vec<Range<u64>>,
    /// Total bytes of all writes.
    bytes: u64,
}

impl<'a> Image<'a> {
    /// Adds a write. Returns `false` if the image would become too sparse.
    pub fn write(&mut self, offset: u64, bytes: &'a [u8]) -> bool {
        if bytes.is_empty() {
            return true;
        }
        let total = self.bytes + bytes.len() as u64;
        let spans = with_span(&self.spans, offset..offset + bytes.len() as u64);
        let size: u64 = spans.iter().map(|span| span.end - span.start).sum();
        if size > FREE.saturating_add(total.saturating_mul(SPREAD)) {
            return false;
        }
        self.spans = spans;
        self.bytes = total;
        self.writes.push((offset, bytes));
        true
    }

    /// The pieces: ascending, at least [`GAP`] apart, without zeros at their ends.
    pub fn pieces(&self) -> Vec<ImagePiece<'a>> {
        let mut writes = vec![Vec::new(); self.spans.len()];
        for write in &self.writes {
            let at = self.spans.partition_point(|span| span.end <= write.0);
            writes[at].push(*write);
        }
        let spans = self.spans.iter().zip(&writes);
        let filled: Vec<_> = spans.map(|(span, writes)| fill(span, writes)).collect();
        let mut zeros: Vec<_> = filled.iter().flat_map(zero_runs).collect();
        zeros.sort_by_key(|run| std::cmp::Reverse(run.end - run.start));
        zeros.truncate(MAX_PIECES.saturating_sub(filled.len()));
        zeros.sort_by_key(|run| run.start);
        let split = filled.into_iter().flat_map(|piece| split(piece, &zeros));
        split.filter_map(trim).collect()
    }
}

/// Adds a span: spans close to each other are joined, and their number is limited.
fn with_span(spans: &[Range<u64>], mut new: Range<u64>) -> Vec<Range<u64>> {
    let mut result = Vec::with_capacity(spans.len() + 1);
    for span in spans {
        if span.end + GAP <= new.start {
            result.push(span.clone());
        } else if new.end + GAP <= span.start {
            result.push(std::mem::replace(&mut new, span.clone()));
        } else {
            new = span.start.min(new.start)..span.end.max(new.end);
        }
    }
    result.push(new);
    if result.len() > MAX_PIECES {
        let gap = |i: &usize| result[i + 1].start - result[*i].end;
        if let Some(i) = (0..result.len() - 1).min_by_key(gap) {
            result[i].end = result[i + 1].end;
            result.remove(i + 1);
        }
    }
    result
}

fn fill<'a>(span: &Range<u64>, writes: &[(u64, &'a [u8])]) -> ImagePiece<'a> {
    let bytes = match writes {
        [(_, bytes)] => Cow::Borrowed(*bytes),
        _ => {
            let mut buffer = vec![0; (span.end - span.start) as usize];
            for (offset, bytes) in writes {
                let start = (offset - span.start) as usize;
                buffer[start..start + bytes.len()].copy_from_slice(bytes);
            }
            Cow::Owned(buffer)
        }
    };
    ImagePiece {
        offset: span.start,
        bytes,
    }
}

/// Long runs of zeros inside a piece, as ranges of the memory. They may lack some bytes at their
/// ends.
fn zero_runs(piece: &ImagePiece<'_>) -> Vec<Range<u64>> {
    const CHUNK: usize = 4096;
    let mut runs = Vec::new();
    let mut start = piece.offset;
    let mut at = piece.offset;
    for chunk in piece.bytes.chunks(CHUNK) {
        let next = at + chunk.len() as u64;
        if *chunk != [0; CHUNK][..chunk.len()] {
            if at - start >= GAP {
                runs.push(start..at);
            }
            start = next;
        }
        at = next;
    }
    if at - start >= GAP {
        runs.push(start..at);
    }
    runs
}

/// Removes those of these runs that lie in the piece.
fn split<'a>(piece: ImagePiece<'a>, zeros: &[Range<u64>]) -> Vec<ImagePiece<'a>> {
    let end = piece.offset + piece.bytes.len() as u64;
    let mut start = piece.offset;
    let mut pieces = Vec::new();
    for run in zeros {
        if run.start >= piece.offset && run.end <= end {
            pieces.push(part(&piece, start..run.start));
            start = run.end;
        }
    }
    if pieces.is_empty() {
        return vec![piece];
    }
    pieces.push(part(&piece, start..end));
    pieces
}

/// Removes zeros at the piece's ends; `None`: it has only zeros.
fn trim(piece: ImagePiece<'_>) -> Option<ImagePiece<'_>> {
    let first = piece.bytes.iter().position(|byte| *byte != 0)?;
    let last = piece.bytes.iter().rposition(|byte| *byte != 0)?;
    if first == 0 && last + 1 == piece.bytes.len() {
        return Some(piece);
    }
    let range = piece.offset + first as u64..piece.offset + last as u64 + 1;
    Some(part(&piece, range))
}

/// A part of a piece, as a range of the memory.
fn part<'a>(piece: &ImagePiece<'a>, range: Range<u64>) -> ImagePiece<'a> {
    let inside = (range.start - piece.offset) as usize..(range.end - piece.offset) as usize;
    let bytes = match &piece.bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[inside]),
        Cow::Owned(bytes) => Cow::Owned(bytes[inside].to_vec()),
    };
    ImagePiece {
        offset: range.start,
        bytes,
    }
}
