//! Room for what is read before the program makes room for it.

use core::cell::Cell;

/// Bytes of [`buffer`].
pub const BUFFER: usize = 1 << 16;

struct Buffer([Cell<u8>; BUFFER]);

// SAFETY: only components read so; they have one thread, and a host call that uses the buffer makes no other.
unsafe impl Sync for Buffer {}

/// Its first bytes, at most so many. A program makes room only once, and for as much as there is.
pub fn buffer(most: u64) -> &'static [Cell<u8>] {
    static ROOM: Buffer = Buffer([const { Cell::new(0) }; BUFFER]);
    let most = most.min(BUFFER as u64) as usize;
    ROOM.0.get(..most).unwrap_or_default()
}
