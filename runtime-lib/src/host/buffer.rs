//! Room for what is read before the program makes room for it.

use core::cell::Cell;

/// Bytes of [`buffer`].
pub const BUFFER: usize = 1 << 16;

struct Buffer([Cell<u8>; BUFFER]);

// SAFETY: only components read so; they have one thread, and a host call that uses the buffer makes no other.
unsafe impl Sync for Buffer {}

/// The first bytes of the one buffer: `most`, or [`BUFFER`] if that is less. The program is asked for memory once, for the
/// bytes that were really read.
pub fn buffer(most: u64) -> &'static [Cell<u8>] {
    static ROOM: Buffer = Buffer([const { Cell::new(0) }; BUFFER]);
    let most = most.min(BUFFER as u64) as usize;
    ROOM.0.get(..most).unwrap_or_default()
}
