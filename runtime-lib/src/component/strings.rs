//! Validates strings in a component's memory.

use super::raise;
use wasi_aot_abi::Trap;

/// Bytes as text; traps if they are not UTF-8.
pub fn utf8(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => raise(Trap::InvalidUtf8),
    }
}

/// The characters of UTF-16; traps where it is malformed.
pub fn utf16(bytes: &[u8]) -> impl Iterator<Item = char> {
    let units = bytes.as_chunks().0.iter();
    let units = units.map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units).map(|char| match char {
        Ok(char) => char,
        Err(_) => raise(Trap::InvalidUtf16),
    })
}
