//! Random bytes of the kernel.

use crate::os::{Errno, process, retry};
use core::cell::Cell;

/// Fills `into`.
pub fn fill(into: &[Cell<u8>]) -> Result<(), Errno> {
    // Up to 256 bytes the kernel delivers all or nothing.
    let mut bytes = [0; 256];
    for piece in into.chunks(bytes.len()) {
        let Some(bytes) = bytes.get_mut(..piece.len()) else {
            break;
        };
        retry(|| process::getrandom(bytes))?;
        for (to, from) in piece.iter().zip(bytes) {
            to.set(*from);
        }
    }
    Ok(())
}
