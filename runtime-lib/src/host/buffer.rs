//! A buffer for data that is read before the program allocates memory for it.

use core::cell::Cell;

/// Size of [`buffer`] in bytes.
pub const BUFFER: usize = 1 << 16;

struct Buffer([Cell<u8>; BUFFER]);

// SAFETY: only components read in this way; they have one thread, and a host call that uses the
// buffer makes no other one.
unsafe impl Sync for Buffer {}

/// The first bytes of the single buffer: `most`, or [`BUFFER`] if that is less. The program then
/// needs to allocate only once, for the bytes that were actually read.
pub fn buffer(most: u64) -> &'static [Cell<u8>] {
    static ROOM: Buffer = Buffer([const { Cell::new(0) }; BUFFER]);
    let most = most.min(BUFFER as u64) as usize;
    ROOM.0.get(..most).unwrap_or_default()
}
