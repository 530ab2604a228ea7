//! Copies and checks the bytes of a program's path, eight at a time.

use crate::{host::notes, thread};
use core::{cell::Cell, ffi::CStr, mem::MaybeUninit, ptr, slice};

/// Eight bytes that may be uninitialised.
pub(super) type Word = [MaybeUninit<u8>; 8];

/// The kinds of bytes in a path.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    /// Not 0: there is a byte that is not ASCII.
    pub foreign: u64,
    /// Not 0: there is a NUL.
    pub nul: u64,
    /// Not 0: there is a slash.
    pub slash: u64,
}

/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;
/// The lowest bit of each byte.
const ONES: u64 = 0x0101_0101_0101_0101;
const SLASHES: u64 = ONES * b'/' as u64;

impl Seen {
    /// Examines eight bytes.
    #[inline(always)]
    fn look(&mut self, word: u64) {
        self.foreign |= word & HIGH;
        self.nul |= Self::zeros(word);
        self.slash |= Self::zeros(word ^ SLASHES);
    }

    /// Not 0 if a byte of `word` is 0.
    #[inline(always)]
    fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word & HIGH
    }
}

/// Copies a path, which must leave at least a byte of `places`, and fills the rest of its last
/// place with NULs. The check uses the copied bytes.
#[inline(always)]
pub(super) fn copy(path: &[Cell<u8>], places: &mut [Word]) -> Seen {
    let mut seen = Seen::default();
    let (words, rest) = path.as_chunks::<8>();
    for (word, place) in words.iter().zip(places.iter_mut()) {
        let word = u64::from_ne_bytes(bytes(word));
        seen.look(word);
        *place = word.to_ne_bytes().map(MaybeUninit::new);
    }
    let last = up_to_seven(rest);
    if let Some(place) = places.get_mut(words.len()) {
        *place = last.to_le_bytes().map(MaybeUninit::new);
    }
    // The bytes after the end must not count as NULs of the path.
    seen.look(last | ONES.unbounded_shl(rest.len() as u32 * 8));
    seen
}

/// Bits of [`HIGH`] if a byte of `word` is a slash, NUL or not ASCII, together with other bits.
#[inline(always)]
fn no_name(word: u64) -> u64 {
    // The subtraction borrows from the next byte only after a byte that is itself one of these.
    word | word.wrapping_sub(ONES) | (word ^ SLASHES).wrapping_sub(ONES)
}

/// Bytes as a number, the first one the lowest. It is not a loop, whose branches would be
/// mispredicted.
#[inline(always)]
fn up_to_seven(cells: &[Cell<u8>]) -> u64 {
    let four = |cells| u64::from(u32::from_le_bytes(bytes(cells)));
    if let Some(first) = cells.first_chunk()
        && let Some(last) = cells.last_chunk()
    {
        return four(first) | four(last) << ((cells.len() - 4) * 8);
    }
    let byte = |index: usize| {
        let byte = cells.get(index).map_or(0, thread::read);
        u64::from(byte) << (index * 8)
    };
    byte(0) | byte(1) | byte(2)
}

/// The contents of cells: reading bytes one by one would cost more than the rest of a host call.
#[inline(always)]
fn bytes<const N: usize>(cells: &[Cell<u8>; N]) -> [u8; N] {
    // SAFETY: a cell has the same layout as its contents.
    thread::read(unsafe { &*ptr::from_ref(cells).cast::<Cell<[u8; N]>>() })
}

/// The number of bytes that are read for a [`ShortName`].
pub const SHORT: usize = 64;

/// A path that is a short name in the directory itself, as most are. It needs no
/// [`super::PathBuffer`], whose memory is on other pages than the rest of the frame and is not in
/// the cache after a system call.
pub struct ShortName {
    words: [MaybeUninit<u64>; SHORT / 8],
}

impl ShortName {
    /// Memory for a name.
    #[inline(always)]
    pub fn empty() -> Self {
        ShortName {
            words: [const { MaybeUninit::uninit() }; SHORT / 8],
        }
    }

    /// Takes a path of the program, the first `len` of `cells`, if it is ASCII, contains no slash,
    /// and is not `..`. `None`: it needs [`super::PathBuffer::load`], which also reports errors.
    #[inline(always)]
    pub fn load(&mut self, cells: &[Cell<u8>; SHORT], len: usize) -> Option<&CStr> {
        notes::looked();
        if !(1..SHORT).contains(&len) {
            return None;
        }
        let mut seen = 0;
        let mut words = cells.as_chunks::<8>().0.iter().zip(&mut self.words);
        for (word, place) in words.by_ref().take(len / 8) {
            let word = u64::from_le_bytes(bytes(word));
            seen |= no_name(word);
            place.write(word.to_le());
        }
        if let Some((word, place)) = words.next() {
            let word = u64::from_le_bytes(bytes(word));
            let behind = u64::MAX << (len % 8 * 8);
            seen |= no_name(word & !behind | behind & ONES);
            place.write((word & !behind).to_le());
        }
        if seen & HIGH != 0 {
            return None;
        }
        // SAFETY: this number of bytes has been written, followed by a NUL; they contain none.
        let name = unsafe {
            let bytes = slice::from_raw_parts(self.words.as_ptr().cast(), len + 1);
            CStr::from_bytes_with_nul_unchecked(bytes)
        };
        (name != c"..").then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{iter, vec, vec::Vec};

    fn load(path: &[u8]) -> Option<Vec<u8>> {
        // The bytes after the path must not count as part of it.
        let cells = [b'/', 0, 0xff, b'x'].map(|behind| {
            let cells = [const { Cell::new(0) }; SHORT];
            let bytes = path.iter().copied().chain(iter::repeat(behind));
            cells
                .iter()
                .zip(bytes)
                .for_each(|(cell, byte)| cell.set(byte));
            cells
        });
        let mut names = cells.map(|cells| {
            let mut name = ShortName::empty();
            let name = name.load(&cells, path.len());
            name.map(|name| name.to_bytes_with_nul().to_vec())
        });
        assert!(names.iter().all(|name| *name == names[0]));
        names[0].take()
    }

    #[test]
    fn names_of_every_length_that_there_is_room_for() {
        let letters: Vec<u8> = (b'a'..=b'z').cycle().take(100).collect();
        for len in 1..64 {
            let mut expected = letters[..len].to_vec();
            expected.push(0);
            assert_eq!(load(&letters[..len]), Some(expected));
        }
        for len in [0, 64, 65, 100] {
            assert_eq!(load(&letters[..len]), None, "{len}");
        }
    }

    #[test]
    fn what_is_no_plain_name_is_left_alone_wherever_it_is_seen() {
        for other in [b'/', 0, 0x80, 0xff] {
            for len in 1..64 {
                for at in 0..len {
                    let mut path = vec![b'n'; len];
                    path[at] = other;
                    assert_eq!(load(&path), None, "{other} at {at} of {len}");
                }
            }
        }
        assert_eq!(load(b".."), None);
        for name in [&b"."[..], b"...", b"..a", b"a..", b"\x01", b"\x7f", b".0"] {
            let mut expected = name.to_vec();
            expected.push(0);
            assert_eq!(load(name), Some(expected));
        }
    }
}
