//! The initial images of regions: the pages that are not all zero, in few pieces.
//!
//! Small images are copied by the runtime: the loader maps such a region as one part, all of it
//! zero, and the file has no padding before it. Each mapping costs more at start than a page of
//! such bytes.

use super::blob::Blob;
use super::state::put_table;
use super::text::Layout;
use crate::Result;
use crate::program::{IMAGE_UNIT, ImagePiece, Program, Region, RegionContents};
use std::ops::Range;

/// Gaps up to this size are filled with zeros: another piece costs a program header in the file and
/// a system call at start.
const GAP: u64 = 16 * 1024;
/// The maximum of pieces per region; larger gaps are filled until there are no more.
const PIECES: usize = 32;

/// The maximum of bytes in a region's gaps that the kernel maps with the executable. The runtime
/// maps larger ones: it can report an error if there is no space, while the kernel would end the
/// process.
const ZEROS: u64 = 64 << 20;
/// The maximum of gaps in a region that the kernel maps.
const GAPS: usize = 4;
/// With more regions than this, the kernel maps no gaps: it accepts at most 64 KiB of program
/// headers.
const REGIONS: usize = 64;

/// The bytes that are copied at start, of the state and all images together.
pub const COPIED: u64 = 16 * 1024;

/// A region's image.
#[derive(Debug)]
pub struct Image {
    /// The parts that the loader maps, ascending.
    pub pieces: Vec<Piece>,
    /// The parts that the runtime copies, ascending.
    pub copied: Vec<Piece>,
}

/// A page-aligned piece of a region's image.
#[derive(Debug)]
pub struct Piece {
    /// Offset from the region's base.
    pub offset: u64,
    /// The bytes in the file; the rest is zero.
    pub blob: Blob,
    /// Size in bytes, a multiple of the page size.
    pub bytes: u64,
}

impl Piece {
    /// The piece without trailing zeros in the file.
    fn trimmed(offset: u64, mut blob: Blob) -> Piece {
        let bytes = blob.bytes.len() as u64;
        let last = blob.bytes.iter().rposition(|&byte| byte != 0);
        let used = last.map_or(0, |last| (last + 1).next_multiple_of(IMAGE_UNIT as usize));
        blob.bytes.truncate(used);
        Piece {
            offset,
            blob,
            bytes,
        }
    }
}

/// The image of a region: its contents, and also the gaps between and after them if they are small.
/// It is copied if it has at most `copied` bytes.
pub fn image(
    program: &Program,
    layout: &Layout,
    region: &Region,
    page: u64,
    copied: u64,
) -> Result<Image> {
    let filled = filled(program, layout, region, page)?;
    let bytes: usize = filled.iter().map(|piece| piece.blob.bytes.len()).sum();
    let (pieces, copied) = match bytes as u64 <= copied {
        true => (Vec::new(), filled),
        false => (filled, Vec::new()),
    };
    Ok(Image {
        pieces: with_gaps(pieces, program, region, page),
        copied,
    })
}

/// These pieces, and the gaps between and after them if they are small.
fn with_gaps(pieces: Vec<Piece>, program: &Program, region: &Region, page: u64) -> Vec<Piece> {
    let used = region.bytes.next_multiple_of(page);
    let mut gaps = Vec::new();
    let mut end = 0;
    let starts = pieces.iter().map(|piece| (piece.offset, piece.bytes));
    for (offset, len) in starts.chain([(used, 0)]) {
        if offset > end {
            gaps.push(Piece {
                offset: end,
                blob: Blob::default(),
                bytes: offset - end,
            });
        }
        end = end.max(offset + len);
    }
    let zeros: u64 = gaps.iter().map(|gap| gap.bytes).sum();
    if gaps.len() > GAPS || zeros > ZEROS || program.regions.len() > REGIONS {
        return pieces;
    }
    gaps.extend(pieces);
    gaps.sort_by_key(|piece| piece.offset);
    gaps
}

/// The pieces with contents.
fn filled(program: &Program, layout: &Layout, region: &Region, page: u64) -> Result<Vec<Piece>> {
    match &region.contents {
        RegionContents::Bytes(contents) => Ok(memory(contents, page)),
        RegionContents::Table(id) => {
            let table = &program.tables[*id];
            let bytes = 8 * table.contents.len() as u64;
            if bytes == 0 {
                return Ok(Vec::new());
            }
            let mut blob = Blob::zeroed(bytes.next_multiple_of(IMAGE_UNIT));
            put_table(&mut blob, 0, table, layout)?;
            Ok(vec![Piece {
                offset: 0,
                blob,
                bytes: bytes.next_multiple_of(page),
            }])
        }
    }
}

fn memory(contents: &[ImagePiece], page: u64) -> Vec<Piece> {
    let runs = merge(used_pages(contents, page));
    let filled = runs.into_iter().map(|run| {
        let first = contents.partition_point(|content| end(content) <= run.start);
        let mut blob = Blob::zeroed(run.end - run.start);
        for content in contents[first..].iter().take_while(|c| c.offset < run.end) {
            let from = run.start.max(content.offset);
            let to = run.end.min(end(content));
            let bytes =
                &content.bytes[(from - content.offset) as usize..(to - content.offset) as usize];
            blob.set(from - run.start, bytes);
        }
        Piece::trimmed(run.start, blob)
    });
    filled.collect()
}

fn end(content: &ImagePiece) -> u64 {
    content.offset + content.bytes.len() as u64
}

/// The ranges of pages that are not all zero, ascending.
fn used_pages(contents: &[ImagePiece], page: u64) -> Vec<Range<u64>> {
    let mut runs = Vec::<Range<u64>>::new();
    for content in contents {
        let mut at = content.offset;
        while at < end(content) {
            let start = at - at % page;
            let next = end(content).min(start + page);
            let bytes =
                &content.bytes[(at - content.offset) as usize..(next - content.offset) as usize];
            at = next;
            if bytes.iter().all(|&byte| byte == 0) {
                continue;
            }
            match runs.last_mut() {
                Some(run) if run.end >= start => run.end = start + page,
                _ => runs.push(start..start + page),
            }
        }
    }
    runs
}

/// Joins ranges across small gaps, and across larger ones while there are too many ranges.
fn merge(mut runs: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut gap = GAP;
    loop {
        runs.dedup_by(|run, before| {
            let near = run.start - before.end <= gap;
            if near {
                before.end = run.end;
            }
            near
        });
        if runs.len() <= PIECES {
            return runs;
        }
        gap *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: u64 = 4096;

    fn content(offset: u64, bytes: Vec<u8>) -> ImagePiece<'static> {
        ImagePiece {
            offset,
            bytes: bytes.into(),
        }
    }

    fn shape(pieces: &[Piece]) -> Vec<(u64, usize)> {
        pieces
            .iter()
            .map(|p| (p.offset, p.blob.bytes.len()))
            .collect()
    }

    #[test]
    fn neighbours_share_a_piece_and_keep_their_bytes() {
        let pieces = memory(
            &[content(1000, vec![1; 10]), content(4090, vec![2; 10])],
            PAGE,
        );
        assert_eq!(shape(&pieces), [(0, 4112)]);
        let bytes = &pieces[0].blob.bytes;
        assert_eq!(
            (bytes[999], bytes[1000], bytes[1009], bytes[1010]),
            (0, 1, 1, 0)
        );
        assert_eq!(
            (bytes[4089], bytes[4090], bytes[4099], bytes[4100]),
            (0, 2, 2, 0)
        );
    }

    #[test]
    fn zero_pages_are_not_kept() {
        let mut bytes = vec![0; 40 * PAGE as usize];
        bytes[0] = 1;
        bytes[39 * PAGE as usize] = 3;
        let pieces = memory(
            &[content(PAGE, bytes), content(100 * PAGE, vec![0; 5000])],
            PAGE,
        );
        assert_eq!(shape(&pieces), [(PAGE, 16), (40 * PAGE, 16)]);
        assert_eq!((pieces[0].blob.bytes[0], pieces[1].blob.bytes[0]), (1, 3));
    }

    #[test]
    fn zeros_behind_the_last_bytes_are_not_in_the_file() {
        let pieces = memory(&[content(5000, vec![1; 10])], 16 * PAGE);
        assert_eq!(shape(&pieces), [(0, 5024)]);
        assert_eq!(pieces[0].bytes, 16 * PAGE);
    }

    #[test]
    fn a_scattered_memory_has_few_pieces() {
        let contents: Vec<_> = (0..1000)
            .map(|n| content(n << 20, vec![n as u8 | 1]))
            .collect();
        let pieces = memory(&contents, PAGE);
        assert!(pieces.len() <= PIECES);
        for (n, content) in contents.iter().enumerate() {
            let piece = &pieces[pieces.partition_point(|p| p.offset <= content.offset) - 1];
            assert_eq!(
                piece.blob.bytes[(content.offset - piece.offset) as usize],
                n as u8 | 1
            );
        }
    }
}
