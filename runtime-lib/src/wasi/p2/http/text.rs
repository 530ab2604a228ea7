//! Strings and lists of bytes of the program.

use crate::{
    canonical::Text,
    host::buffer::{BUFFER, buffer},
};
use core::{cell::Cell, slice};

/// The bytes of a string in UTF-8: in the program's memory, or transcoded into the one [`buffer`].
/// They must not be used once the program's code runs again, or another string is transcoded.
/// `None` if it has another encoding, and is longer than the buffer.
pub fn utf8<'a>(text: &Text<'a>) -> Option<&'a [u8]> {
    let room = buffer(BUFFER as u64);
    // SAFETY: the buffer is writable, and a host call that uses it in this way makes no other use
    // of it; a component has one thread.
    let room = unsafe { slice::from_raw_parts_mut(room.as_ptr().cast_mut().cast(), room.len()) };
    text.utf8(room).map(bytes)
}

/// The bytes of the program's cells. They must not be used once its code runs again: not during or
/// after an allocation in its memory.
pub fn bytes(cells: &[Cell<u8>]) -> &[u8] {
    // SAFETY: these are readable bytes; a component has one thread, and its code does not run while
    // the host reads them.
    unsafe { slice::from_raw_parts(cells.as_ptr().cast(), cells.len()) }
}
