//! Strings of a component's memory.

use super::raise;
use wasi_aot_abi::Trap;

/// Bytes as text; traps if they are none.
pub fn utf8(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => raise(Trap::InvalidUtf8),
    }
}
