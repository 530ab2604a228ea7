//! Strings, in the encoding of the function's options (Canonical ABI, `load_string`,
//! `store_string`).

use super::{Call, Flat, Lift, Place, Stored, Type, list::pointer_and_length};
use crate::{
    cells,
    component::{self, strings},
};
use core::{cell::Cell, slice};
use wasi_aot_abi::{
    Trap,
    component::encoding::{COMPACT_UTF16, UTF8, UTF16, UTF16_TAG},
};

/// The encoding of a string's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Encoding {
    Utf8,
    Utf16,
    Latin1,
}

/// A string parameter of a host function, which has been validated.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    cells: &'a [Cell<u8>],
    encoding: Encoding,
}

impl<'a> Text<'a> {
    /// The string at an address: traps if it is misaligned, out of bounds, or malformed.
    fn at(call: &Call<'a>, address: u32, length: u32) -> Self {
        let (encoding, alignment, bytes) = match call.options().encoding {
            UTF8 => (Encoding::Utf8, 1, Some(length)),
            COMPACT_UTF16 if length & UTF16_TAG == 0 => (Encoding::Latin1, 2, Some(length)),
            COMPACT_UTF16 => (Encoding::Utf16, 2, (length & !UTF16_TAG).checked_mul(2)),
            // The bit of the tag is part of the length here.
            _ => (Encoding::Utf16, 2, length.checked_mul(2)),
        };
        if !address.is_multiple_of(alignment) {
            component::raise(Trap::UnalignedPointer);
        }
        let cells = bytes.and_then(|bytes| call.memory().bytes(address, bytes).ok());
        let Some(cells) = cells else {
            component::raise(Trap::StringOutOfBounds)
        };
        let text = Text { cells, encoding };
        match encoding {
            Encoding::Utf8 => {
                strings::utf8(text.bytes());
            }
            Encoding::Utf16 => strings::utf16(text.bytes()).for_each(drop),
            Encoding::Latin1 => {}
        }
        text
    }

    fn bytes(&self) -> &'a [u8] {
        // SAFETY: these are readable bytes; a component has one thread, and its code does not run
        // while the host reads them.
        unsafe { slice::from_raw_parts(self.cells.as_ptr().cast(), self.cells.len()) }
    }

    /// Its bytes in UTF-8: in place, or transcoded into `room`; `None` if `room` is too small.
    pub fn utf8<'b>(&self, room: &'b mut [u8]) -> Option<&'b [Cell<u8>]>
    where
        'a: 'b,
    {
        let mut written = 0;
        let mut push = |char: char| {
            let place = room.get_mut(written..)?.get_mut(..char.len_utf8())?;
            char.encode_utf8(place);
            written += char.len_utf8();
            Some(())
        };
        match self.encoding {
            Encoding::Utf8 => return Some(self.cells),
            Encoding::Latin1 => self
                .bytes()
                .iter()
                .try_for_each(|byte| push(char::from(*byte)))?,
            Encoding::Utf16 => strings::utf16(self.bytes()).try_for_each(push)?,
        }
        Some(Cell::from_mut(room.get_mut(..written)?).as_slice_of_cells())
    }
}

impl Type for Text<'_> {
    const SIZE: u32 = 8;
    const ALIGN: u32 = 4;
    const FLAT: usize = 2;
}

impl<'a> Lift<'a> for Text<'a> {
    fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self {
        let address = flat.take() as u32;
        Text::at(call, address, flat.take() as u32)
    }

    fn load(call: &Call<'a>, at: Place<'a>) -> Self {
        let (address, length) = pointer_and_length(call, at);
        Text::at(call, address, length)
    }
}

/// The characters of a string from the system, which may be arbitrary bytes: malformed parts are
/// replaced.
fn chars(bytes: &[u8]) -> impl Iterator<Item = char> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let replaced = (!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(replaced)
    })
}

impl Call<'_> {
    /// A string in the caller's encoding. U+FFFD replaces malformed UTF-8 in `bytes`.
    pub fn text(&self, bytes: &[u8]) -> Stored<str> {
        match self.options().encoding {
            UTF16 => self.utf16(bytes, 0),
            COMPACT_UTF16 if chars(bytes).all(|char| u32::from(char) < 0x100) => {
                let (address, cells) = self.room(2, chars(bytes).count());
                for (cell, char) in cells.iter().zip(chars(bytes)) {
                    cell.set(u32::from(char) as u8);
                }
                Stored::new(address, cells.len() as u32)
            }
            COMPACT_UTF16 => self.utf16(bytes, UTF16_TAG),
            _ => self.utf8(bytes),
        }
    }

    fn utf8(&self, bytes: &[u8]) -> Stored<str> {
        if str::from_utf8(bytes).is_ok() {
            let (address, cells) = self.room(1, bytes.len());
            cells::copy(cells, bytes);
            return Stored::new(address, cells.len() as u32);
        }
        let (address, cells) = self.room(1, chars(bytes).map(char::len_utf8).sum());
        let mut rest = cells;
        for char in chars(bytes) {
            let encoded = cells::copy(rest, char.encode_utf8(&mut [0; 4]).as_bytes());
            rest = rest.get(encoded..).unwrap_or_default();
        }
        Stored::new(address, cells.len() as u32)
    }

    /// Encodes it as UTF-16, with a mark in the length.
    fn utf16(&self, bytes: &[u8], mark: u32) -> Stored<str> {
        let units: usize = chars(bytes).map(char::len_utf16).sum();
        let (address, cells) = self.room(2, units * 2);
        let mut places = cells.as_chunks().0.iter();
        for char in chars(bytes) {
            for (unit, place) in char.encode_utf16(&mut [0; 2]).iter().zip(&mut places) {
                cells::set(place, unit.to_le_bytes());
            }
        }
        Stored::new(address, units as u32 | mark)
    }
}
