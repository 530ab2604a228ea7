//! Copies strings from one component instance's memory to another's (Canonical ABI,
//! `store_string`). Lengths are in code units: bytes for UTF-8 and Latin-1, pairs of bytes for
//! UTF-16.
//!
//! Adapters call these functions; they have checked that both strings are in their memories.

use super::{raise, strings};
use crate::fatal::bug;
use core::slice;
use wasi_aot_abi::{Region, Trap, component::encoding::UTF16_TAG};

/// The two strings, in bytes.
///
/// # Safety
/// Both must be in their memories.
#[expect(
    clippy::mut_from_ref,
    reason = "a region says where a memory is, it does not hold it"
)]
unsafe fn strings<'a>(
    (from, source, bytes): (&'a Region, u32, usize),
    (to, target, room): (&'a Region, u32, usize),
) -> (&'a [u8], &'a mut [u8]) {
    let inside = |region: &Region, address: u32, len: usize| {
        u64::from(address) + len as u64 <= region.in_use()
    };
    if from.base == to.base || !inside(from, source, bytes) || !inside(to, target, room) {
        bug(b"an adapter has not checked a string");
    }
    // SAFETY: the strings are in two different memories, which nothing else uses in the meantime.
    unsafe {
        (
            slice::from_raw_parts(from.base.add(source as usize), bytes),
            slice::from_raw_parts_mut(to.base.add(target as usize), room),
        )
    }
}

macro_rules! transcoders {
    ($($(#[$doc:meta])* $name:ident($from:ident, $to:ident $(, $arg:ident)*) $(-> $result:ty)? $body:block)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// The strings must be in their memories.
        #[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
        pub unsafe extern "C" fn $name($from: &Region, $to: &Region $(, $arg: u32)*) $(-> $result)? $body
    )* };
}

/// Combines two results.
fn pair(first: usize, second: usize) -> u64 {
    first as u64 | (second as u64) << 32
}

transcoders! {
    /// Copies UTF-8 and validates it.
    wasi_aot_transcode_copy_utf8(from, to, source, len, target) {
        let bytes = len as usize;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, bytes)) };
        target.copy_from_slice(strings::utf8(source).as_bytes());
    }

    /// Copies UTF-16 and validates it.
    wasi_aot_transcode_copy_utf16(from, to, source, len, target) {
        let bytes = len as usize * 2;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, bytes)) };
        check_utf16(source);
        target.copy_from_slice(source);
    }

    /// Copies Latin-1.
    wasi_aot_transcode_copy_latin1(from, to, source, len, target) {
        let bytes = len as usize;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, bytes)) };
        target.copy_from_slice(source);
    }

    /// Converts Latin-1 to UTF-16 with the same length.
    wasi_aot_transcode_latin1_to_utf16(from, to, source, len, target) {
        let bytes = len as usize;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, bytes * 2)) };
        for (byte, unit) in source.iter().zip(target.as_chunks_mut().0) {
            *unit = u16::from(*byte).to_le_bytes();
        }
    }

    /// Converts UTF-8 to UTF-16; the target has as many code units as the source. Returns the
    /// resulting length.
    wasi_aot_transcode_utf8_to_utf16(from, to, source, len, target) -> u32 {
        let bytes = len as usize;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, bytes * 2)) };
        utf8_to_utf16(source, target) as u32
    }

    /// Converts as much UTF-16 to UTF-8 as fits. Returns the lengths that were read and written.
    wasi_aot_transcode_utf16_to_utf8(from, to, source, len, target, room, _first) -> u64 {
        // SAFETY: as required of the caller.
        let (source, target) =
            unsafe { strings((from, source, len as usize * 2), (to, target, room as usize)) };
        let (mut read, mut written) = (0, 0);
        for char in strings::utf16(source) {
            let Some(place) = target[written..].get_mut(..char.len_utf8()) else { break };
            char.encode_utf8(place);
            written += char.len_utf8();
            read += char.len_utf16();
        }
        pair(read, written)
    }

    /// Converts as much Latin-1 to UTF-8 as fits. Returns the lengths that were read and written.
    wasi_aot_transcode_latin1_to_utf8(from, to, source, len, target, room, _first) -> u64 {
        // SAFETY: as required of the caller.
        let (source, target) =
            unsafe { strings((from, source, len as usize), (to, target, room as usize)) };
        let (mut read, mut written) = (0, 0);
        for char in source.iter().map(|byte| char::from(*byte)) {
            let Some(place) = target[written..].get_mut(..char.len_utf8()) else { break };
            char.encode_utf8(place);
            written += char.len_utf8();
            read += 1;
        }
        pair(read, written)
    }

    /// Converts UTF-16 to Latin-1, or copies it as UTF-16, which always fits. Returns the tagged
    /// length.
    wasi_aot_transcode_utf16_to_compact_probably_utf16(from, to, source, len, target) -> u32 {
        let bytes = len as usize * 2;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, bytes)) };
        check_utf16(source);
        let (units, _) = source.as_chunks::<2>();
        if units.iter().any(|unit| unit[1] != 0) {
            target.copy_from_slice(source);
            return len | UTF16_TAG;
        }
        for (unit, byte) in units.iter().zip(target) {
            *byte = unit[0];
        }
        len
    }

    /// Converts the start of UTF-8 that consists of Latin-1 characters. Returns the lengths that
    /// were read and written.
    wasi_aot_transcode_utf8_to_latin1(from, to, source, len, target) -> u64 {
        let bytes = len as usize;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, bytes)) };
        let valid = match str::from_utf8(source) {
            Ok(all) => all,
            // The function that converts the rest validates it.
            Err(error) => str::from_utf8(&source[..error.valid_up_to()]).unwrap_or_default(),
        };
        let (mut read, mut written) = (0, 0);
        for char in valid.chars() {
            let Ok(byte) = u8::try_from(char) else { break };
            target[written] = byte;
            written += 1;
            read += char.len_utf8();
        }
        pair(read, written)
    }

    /// Converts the start of UTF-16 that consists of Latin-1 characters. Returns the lengths that
    /// were read and written.
    wasi_aot_transcode_utf16_to_latin1(from, to, source, len, target) -> u64 {
        let units = len as usize;
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, units * 2), (to, target, units)) };
        let mut written = 0;
        for (unit, byte) in source.as_chunks::<2>().0.iter().zip(target) {
            if unit[1] != 0 {
                break;
            }
            *byte = unit[0];
            written += 1;
        }
        pair(written, written)
    }

    /// Converts the rest of UTF-8 to UTF-16, after `before` bytes of Latin-1, which are also
    /// converted to UTF-16. Returns the total length.
    wasi_aot_transcode_utf8_to_compact_utf16(from, to, source, len, target, room, before) -> u32 {
        let (bytes, room) = (len as usize, room as usize * 2);
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, room)) };
        let rest = inflate(target, before as usize);
        before + utf8_to_utf16(source, rest) as u32
    }

    /// Copies the rest of UTF-16, after `before` bytes of Latin-1, which are converted to UTF-16.
    /// Returns the total length.
    wasi_aot_transcode_utf16_to_compact_utf16(from, to, source, len, target, room, before) -> u32 {
        let (bytes, room) = (len as usize * 2, room as usize * 2);
        // SAFETY: as required of the caller.
        let (source, target) = unsafe { strings((from, source, bytes), (to, target, room)) };
        let rest = inflate(target, before as usize);
        check_utf16(source);
        match rest.get_mut(..bytes) {
            Some(rest) => rest.copy_from_slice(source),
            None => raise(Trap::StringOutOfBounds),
        }
        before + len
    }
}

fn check_utf16(bytes: &[u8]) {
    strings::utf16(bytes).for_each(drop);
}

/// Returns the number of code units that were written.
fn utf8_to_utf16(source: &[u8], target: &mut [u8]) -> usize {
    let mut written = 0;
    let places = target.as_chunks_mut().0.iter_mut();
    for (unit, place) in strings::utf8(source).encode_utf16().zip(places) {
        *place = unit.to_le_bytes();
        written += 1;
    }
    written
}

/// Converts the first `count` bytes of `target` to UTF-16 in place; returns the bytes after it.
fn inflate(target: &mut [u8], count: usize) -> &mut [u8] {
    let Some((latin1, rest)) = target.split_at_mut_checked(count * 2) else {
        raise(Trap::StringOutOfBounds)
    };
    for position in (0..count).rev() {
        latin1[position * 2] = latin1[position];
        latin1[position * 2 + 1] = 0;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr;
    use std::vec::Vec;

    fn region(bytes: &mut [u8]) -> Region {
        Region {
            base: bytes.as_mut_ptr(),
            bytes: (bytes.len() as u64).into(),
            limit: 0,
            maximum: 0,
            reserved: 0,
            image: 0,
            pieces: ptr::null(),
            piece_count: 0,
        }
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn utf8_becomes_utf16() {
        for text in ["a", "äöü", "a𝄞b", "日本語"] {
            let mut source = text.as_bytes().to_vec();
            let mut target = std::vec![0; source.len() * 2];
            let len = source.len() as u32;
            let (from, to) = (region(&mut source), region(&mut target));
            // SAFETY: both buffers have the required lengths.
            let units = unsafe { wasi_aot_transcode_utf8_to_utf16(&from, &to, 0, len, 0) };
            assert_eq!(target[..units as usize * 2], utf16(text));
        }
    }

    #[test]
    fn utf16_becomes_utf8_piece_by_piece() {
        let text = "a𝄞äb日";
        let mut source = utf16(text);
        let mut target = std::vec![0; 32];
        let units = source.len() as u32 / 2;
        let (from, to) = (region(&mut source), region(&mut target));
        for room in 0..text.len() as u32 {
            // SAFETY: both buffers have the required lengths.
            let (first, second) = unsafe {
                let first = wasi_aot_transcode_utf16_to_utf8(&from, &to, 0, units, 0, room, 1);
                let (read, written) = (first as u32, (first >> 32) as u32);
                let rest = units - read;
                let source = read * 2;
                let second =
                    wasi_aot_transcode_utf16_to_utf8(&from, &to, source, rest, written, 16, 0);
                (first, second)
            };
            assert_eq!((first as u32) + (second as u32), units);
            let written = (first >> 32) + (second >> 32);
            // SAFETY: the buffer is live.
            let target = unsafe { slice::from_raw_parts(to.base, written as usize) };
            assert_eq!(str::from_utf8(target), Ok(text));
        }
    }

    #[test]
    fn what_is_no_latin1_is_inflated() {
        let text = "äé日a";
        let mut source = text.as_bytes().to_vec();
        let len = source.len() as u32;
        let mut target = std::vec![0; source.len() * 2];
        let (from, to) = (region(&mut source), region(&mut target));
        // SAFETY: both buffers have the required lengths.
        let units = unsafe {
            let first = wasi_aot_transcode_utf8_to_latin1(&from, &to, 0, len, 0);
            let (read, written) = (first as u32, (first >> 32) as u32);
            assert_eq!((read, written), (4, 2));
            wasi_aot_transcode_utf8_to_compact_utf16(&from, &to, read, len - read, 0, len, written)
        };
        assert_eq!(target[..units as usize * 2], utf16(text));
    }

    #[test]
    fn utf16_is_deflated_if_it_can_be() {
        for (text, tag) in [("äé", 0), ("ä日", UTF16_TAG)] {
            let mut source = utf16(text);
            let mut target = std::vec![0; source.len()];
            let (from, to) = (region(&mut source), region(&mut target));
            // SAFETY: both buffers have the required lengths.
            let tagged =
                unsafe { wasi_aot_transcode_utf16_to_compact_probably_utf16(&from, &to, 0, 2, 0) };
            assert_eq!(tagged, 2 | tag);
            match tag {
                0 => assert_eq!(target[..2], [0xe4, 0xe9]),
                _ => assert_eq!(target, utf16(text)),
            }
        }
    }
}
